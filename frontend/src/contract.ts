/** The status object as `edge/contract/status.schema.json` describes it; a test compares the two. */

import type { Inputs } from "./inputs/check.ts";

export const STATES = [
  "awaiting_upload", "queued", "processing", "completed", "failed", "cancelled", "expired", "deleted",
] as const;
export type JobState = (typeof STATES)[number];

export const STAGES = ["starting", "pose", "body", "analysis", "overlay", "uploading"] as const;
export type Stage = (typeof STAGES)[number];

export const KINDS = [
  "overlay.mp4", "report.pdf", "report.xlsx", "rows.csv", "angles.csv", "glb", "smplx.npz", "motion.npz", "analysis.json",
] as const;
export type ArtifactKind = (typeof KINDS)[number];

export const FAILURE_CODES = [
  "no_person_found", "video_unreadable", "video_too_long", "unsupported_format", "upload_incomplete", "size_mismatch",
  "motion_gone", "worker_lost", "timed_out", "out_of_memory", "body_model_missing", "invalid_inputs", "cancelled", "internal",
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  readonly retryable: boolean;
}

export interface Artifact {
  readonly name: string;
  readonly kind: ArtifactKind;
  readonly key: string;
  readonly bytes: number;
}

export interface VideoFacts {
  readonly name: string;
  readonly bytes: number;
  readonly duration_s?: number | null;
  readonly width?: number | null;
  readonly height?: number | null;
  readonly fps?: number | null;
}

export interface JobStatus {
  readonly job_id: string;
  readonly state: JobState;
  readonly stage?: Stage | null;
  readonly progress?: number;
  readonly attempt?: number;
  readonly revision: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly video: VideoFacts;
  readonly artifacts?: readonly Artifact[];
  readonly failure?: Failure | null;
}

/** The largest video that the edge takes. */
export const UPLOAD_LIMIT_BYTES = 100_000_000;

const ENDED: ReadonlySet<JobState> = new Set(["completed", "failed", "cancelled", "expired", "deleted"]);

/** True where nothing automatic may happen any more, so that nobody needs to poll. */
export function hasEnded(state: JobState): boolean {
  return ENDED.has(state);
}

export type Quality = "low" | "medium" | "high" | "ultra";

/** A rank by time and size seen (0 the most), or a place in the upright picture. */
export type PersonChoice = number | { readonly time_s: number; readonly x: number; readonly y: number };

export interface JobOptions {
  readonly quality: Quality;
  readonly person?: PersonChoice;
  readonly blur_faces: boolean;
  /** Of the reports and of the words in the resulting video. */
  readonly language: "en" | "cs";
  readonly inputs: Inputs;
}
