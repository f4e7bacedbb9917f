/** The worst moments of the clip, each a way into the video. */

import { h } from "./dom.ts";
import { formatDegrees, formatMoment, formatNumber, type Language } from "./format.ts";
import type { Translate } from "./strings/index.ts";

const TRACKS = {
  trunk_sagittal: "trunk", trunk_asymmetry: "trunk_aside", head_sagittal: "head", head_asymmetry: "head_aside",
  arm_elevation_left: "arm_left", arm_elevation_right: "arm_right",
} as const;
const SCORES = {
  "rula left": "rula_left", "rula right": "rula_right", "reba left": "reba_left", "reba right": "reba_right",
  "owas both": "owas",
} as const;

const METHODS = ["iso11226", "en1005_4", "niosh"] as const;

type Subject =
  | (typeof TRACKS)[keyof typeof TRACKS] | (typeof SCORES)[keyof typeof SCORES] | (typeof METHODS)[number]
  | "longest_hold" | "low_posture";

export interface Moment {
  readonly subject: Subject;
  /** Seconds of the video. */
  readonly time: number;
  readonly found: Found;
}

type Found =
  | { readonly degrees: number }
  | { readonly score: number; readonly seconds: number }
  | { readonly seconds: number }
  | { readonly liftingIndex: number }
  | "no load";

interface StoredMoment {
  readonly method: string;
  readonly side: string;
  readonly time_s: number;
  readonly sentence: string;
  readonly values: Readonly<Record<string, number | string>>;
}

/** The first of each subject in `worst_moments`: angles, holds, scores, and what a standard refuses. */
export function readMoments(analysis: unknown): readonly Moment[] {
  const stored = (analysis as { worst_moments?: readonly StoredMoment[] }).worst_moments ?? [];
  const found = new Map<Subject, Moment>();
  for (const read of stored.map(readMoment)) if (read && !found.has(read.subject)) found.set(read.subject, read);
  return [...found.values()];
}

/** `seek` is called with the second to show. */
export function createMoments(
  moments: readonly Moment[], seek: (seconds: number) => void, t: Translate, language: Language,
): HTMLElement {
  return h("ul", { class: "moments" }, ...moments.map((moment) =>
    h("li", {}, h("button", { type: "button", class: "moment", onclick: () => seek(moment.time) },
      h("span", { class: "moment-time" }, formatMoment(moment.time, language)),
      h("span", { class: "moment-subject" }, t(`moment.${moment.subject}`)),
      h("span", { class: "moment-value" }, valueOf(moment, t, language))))));
}

function readMoment(stored: StoredMoment): Moment | null {
  const subject = subjectOf(stored), found = foundIn(stored);
  return subject && found ? { subject, time: stored.time_s, found } : null;
}

function subjectOf({ method, side, sentence, values }: StoredMoment): Subject | null {
  switch (sentence) {
    case "peak_of_track": return TRACKS[values["track"] as keyof typeof TRACKS] ?? null;
    case "highest_score": return SCORES[`${method} ${side}` as keyof typeof SCORES] ?? null;
    case "hold_in_region": return "longest_hold";
    case "stay_in_region": return "low_posture";
    default: return METHODS.find((known) => known === method) ?? null;
  }
}

function foundIn({ sentence, values }: StoredMoment): Found | null {
  const value = (name: string) => Number(values[name]);
  switch (sentence) {
    case "peak_of_track": case "movement_refused": return "angle_deg" in values ? { degrees: value("angle_deg") } : null;
    case "highest_score": return { score: value("score"), seconds: value("seconds") };
    case "hold_in_region": case "stay_in_region": case "hold_past_limit": case "hold_not_recommended":
      return { seconds: value("seconds") };
    case "lift": return { liftingIndex: value("index") };
    case "lift_impossible": return "no load";
    default: return null;
  }
}

function valueOf({ found }: Moment, t: Translate, language: Language): string {
  if (found === "no load") return t("moment.no_load");
  if ("degrees" in found) return formatDegrees(Math.abs(found.degrees), language);
  if ("liftingIndex" in found) return t("moment.index", { index: formatNumber(found.liftingIndex, language, 1) });
  const seconds = formatNumber(found.seconds, language, 1);
  return "score" in found ? t("moment.score", { score: found.score, seconds }) : t("moment.held", { seconds });
}
