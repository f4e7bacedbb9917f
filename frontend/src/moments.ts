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

type Subject = (typeof TRACKS)[keyof typeof TRACKS] | (typeof SCORES)[keyof typeof SCORES];

export interface Moment {
  readonly subject: Subject;
  /** Seconds of the video. */
  readonly time: number;
  readonly found: { readonly degrees: number } | { readonly score: number; readonly seconds: number };
}

interface StoredMoment {
  readonly method: string;
  readonly side: string;
  readonly time_s: number;
  readonly sentence: string;
  readonly values: Readonly<Record<string, number | string>>;
}

/** The largest angle of each kind and the highest score of each method: the first of each in `worst_moments`. */
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

function readMoment({ method, side, time_s: time, sentence, values }: StoredMoment): Moment | null {
  if (sentence === "peak_of_track") {
    const subject = TRACKS[values["track"] as keyof typeof TRACKS] as Subject | undefined;
    return subject ? { subject, time, found: { degrees: Number(values["angle_deg"]) } } : null;
  }
  const subject = SCORES[`${method} ${side}` as keyof typeof SCORES] as Subject | undefined;
  if (sentence !== "highest_score" || !subject) return null;
  return { subject, time, found: { score: Number(values["score"]), seconds: Number(values["seconds"]) } };
}

function valueOf({ found }: Moment, t: Translate, language: Language): string {
  if ("degrees" in found) return formatDegrees(Math.abs(found.degrees), language);
  return t("moment.score", { score: found.score, seconds: formatNumber(found.seconds, language, 1) });
}
