/** One job as this page knows it: a pure reducer over what happens, and the view that follows from it. */

import { hasEnded, type Artifact, type JobStatus } from "./contract.ts";
import type { JobView, Problem } from "./api.ts";

export type Upload =
  | { readonly phase: "sending"; readonly sent: number; readonly total: number; readonly waiting: boolean }
  | { readonly phase: "done" }
  /** The page was left while it sent, so nobody here knows how far it came. */
  | { readonly phase: "lost" }
  | { readonly phase: "failed"; readonly problem: Problem };

export interface Job {
  readonly id: string;
  readonly token: string;
  readonly name: string;
  /** The job that this one judges again. */
  readonly parent: string | null;
  readonly upload: Upload;
  readonly status: JobStatus | null;
  /** Object key → link; by key, because another attempt gives its files the same names. */
  readonly links: ReadonlyMap<string, string>;
  /** False while the status cannot be read; the work itself goes on regardless. */
  readonly online: boolean;
  /** Why the job cannot be shown at all. */
  readonly refused: Problem | null;
}

export type Happening =
  | { readonly type: "sent"; readonly sent: number; readonly total: number }
  /** The connection broke; the video is sent again from its start. */
  | { readonly type: "waiting" }
  | { readonly type: "uploaded" }
  | { readonly type: "upload_failed"; readonly problem: Problem }
  | { readonly type: "status"; readonly status: JobStatus }
  | { readonly type: "viewed"; readonly view: JobView }
  | { readonly type: "unreachable" }
  | { readonly type: "refused"; readonly problem: Problem };

export type Scene =
  | "sending" | "upload_failed" | "interrupted" | "waiting" | "queued" | "processing" | "completed" | "failed"
  | "expired" | "deleted" | "opening" | "refused";

/** A job this device has just created (`sends` true) or remembers. */
export function openJob(
  { id, token, name, parent = null }: { id: string; token: string; name: string; parent?: string | null }, upload: Upload,
): Job {
  return { id, token, name, parent, upload, status: null, links: new Map(), online: true, refused: null };
}

export function reduce(job: Job, happening: Happening): Job {
  switch (happening.type) {
    case "sent":
      return { ...job, upload: { phase: "sending", sent: happening.sent, total: happening.total, waiting: false } };
    case "waiting":
      return job.upload.phase === "sending" ? { ...job, upload: { ...job.upload, sent: 0, waiting: true } } : job;
    case "uploaded":
      return { ...job, upload: { phase: "done" } };
    case "upload_failed":
      return { ...job, upload: { phase: "failed", problem: happening.problem } };
    case "status":
      return withStatus(job, happening.status);
    case "viewed":
      return { ...withStatus(job, happening.view.status), links: linksOf(happening.view) };
    case "unreachable":
      return { ...job, online: false };
    case "refused":
      return { ...job, refused: happening.problem };
  }
}

/** What the page shows. */
export function sceneOf(job: Job): Scene {
  if (job.refused) return "refused";
  const state = job.status?.state;
  if (state === "cancelled") return "failed";
  if (state && state !== "awaiting_upload") return state;
  if (job.upload.phase === "failed") return "upload_failed";
  if (job.upload.phase === "sending") return "sending";
  if (job.upload.phase === "done") return "waiting";
  return state ? "interrupted" : "opening";
}

/** The finished files that can be opened now, in the order of the status. */
export function linked(job: Job): readonly (Artifact & { readonly href: string })[] {
  const found = [];
  for (const artifact of job.status?.artifacts ?? []) {
    const href = job.links.get(artifact.key);
    if (href) found.push({ ...artifact, href });
  }
  return found;
}

/** True when the status lists files for which the edge has not been asked yet. */
export function lacksLinks(job: Job): boolean {
  return linked(job).length < (job.status?.artifacts?.length ?? 0);
}

function withStatus(job: Job, status: JobStatus): Job {
  // A cache or a slow answer may bring an older status than the one on show.
  const newest = job.status && job.status.revision > status.revision ? job.status : status;
  const upload: Upload = newest.state === "awaiting_upload" || hasNeverUploaded(newest) ? job.upload : { phase: "done" };
  return { ...job, status: newest, upload, online: true };
}

function linksOf(view: JobView): ReadonlyMap<string, string> {
  const urls = new Map(view.artifacts.map((link) => [link.name, link.url]));
  return new Map((view.status.artifacts ?? []).map(({ key, name }) => [key, urls.get(name) ?? ""]));
}

function hasNeverUploaded(status: JobStatus): boolean {
  return hasEnded(status.state) && (status.attempt ?? 0) === 0;
}
