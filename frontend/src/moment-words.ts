/** What a worst moment says, in the words of the report. */

import { formatDegrees, formatDuration, formatNumber, formatPercent, type Language } from "./format.ts";
import { isKey, textOr, type Translate } from "./strings/index.ts";

/** As `analysis.json` holds it; the worker may be newer than this page and know more of each. */
export interface Moment {
  readonly method: string;
  readonly part: string;
  readonly side: string;
  readonly time_s: number;
  readonly sentence: string;
  readonly values: Readonly<Record<string, number | string>>;
}

export interface Told {
  /** What was seen. */
  readonly subject: string;
  /** How far, for how long; "" where the page cannot tell. */
  readonly value: string;
}

const METHODS: Readonly<Record<string, string>> = {
  iso11226: "ISO 11226", en1005_4: "EN 1005-4", rula: "RULA", reba: "REBA", owas: "OWAS", niosh: "NIOSH",
};

/** The method's name; one that the page does not know keeps the worker's. */
export function methodOf(method: string, t: Translate): string {
  return method === "nv361" ? t("moment.law") : (METHODS[method] ?? method);
}

export function tellMoment(moment: Moment, t: Translate, language: Language): Told {
  return { subject: subjectOf(moment, t, language), value: valueOf(moment, t, language) };
}

function subjectOf(moment: Moment, t: Translate, language: Language): string {
  const { part, side, sentence, values } = moment;
  switch (sentence) {
    case "peak_of_track": return nameOfTrack(moment, t);
    case "hold_in_region": case "stay_in_region": return ofSide("region", String(values["region"]), t);
    case "hold_past_limit": case "hold_not_recommended": case "movement_refused":
      return ofSide("part", side === "both" ? part : `${part}_${side}`, t);
    case "highest_score": return textOr(`moment.side.${side}`, side, t);
    case "lift": case "lift_impossible": return t("moment.lift", { load: numberOf(values["load_kg"], language) });
    default: return t("moment.other", { name: sentence.replaceAll("_", " ") });
  }
}

/** Forward and back are one track, told apart by the sign. */
function nameOfTrack({ values }: Moment, t: Translate): string {
  const track = String(values["track"]);
  const back = `moment.track.${track}.back`;
  return isKey(back) && Number(values["angle_deg"]) < 0 ? t(back) : ofSide("track", track, t);
}

/** “Arm raised, left” of `arm_elevation_left`. */
function ofSide(family: "track" | "region" | "part", identifier: string, t: Translate): string {
  const [, stem = identifier, side] = /^(.*)_(left|right)$/.exec(identifier) ?? [];
  const key = `moment.${family}.${stem}`;
  if (!isKey(key)) return t("moment.other", { name: identifier.replaceAll("_", " ") });
  return side ? `${t(key)}, ${textOr(`moment.of.${side}`, side, t)}` : t(key);
}

function valueOf({ method, sentence, values }: Moment, t: Translate, language: Language): string {
  const time = (key: string): string => formatDuration(Number(values[key] ?? Number.NaN), language);
  const fill = { seconds: time("seconds"), mean: angleOf("mean", values, t, language) };
  switch (sentence) {
    case "peak_of_track": return angleOf("angle", values, t, language);
    case "hold_in_region": return t("moment.held", fill);
    case "stay_in_region": return t("moment.stayed", fill);
    case "hold_past_limit": return t("moment.past_limit", { ...fill, limit: time("limit_s") });
    case "hold_not_recommended": return t("moment.never", fill);
    case "movement_refused":
      return t("moment.moved", { angle: angleOf("angle", values, t, language), rate: numberOf(values["per_min"], language, 1) });
    case "highest_score":
      return t(method === "owas" ? "moment.category" : "moment.score", { ...fill, score: numberOf(values["score"], language) });
    case "lift": return t("moment.index", { index: numberOf(values["index"], language, 1) });
    case "lift_impossible": return t("moment.no_load");
    default: return "";
  }
}

/** Degrees, degrees past what is tolerated, or the percent of a joint's range of motion. */
function angleOf(key: "angle" | "mean", values: Moment["values"], t: Translate, language: Language): string {
  const percent = values[`${key}_percent`];
  if (percent !== undefined) return t("moment.of_range", { percent: formatPercent(Number(percent), language) });
  const past = values[`${key}_past_deg`];
  if (past !== undefined) return t("moment.past", { angle: formatDegrees(Number(past), language) });
  const degrees = Number(values[`${key}_deg`] ?? Number.NaN);
  // The name says which way.
  const isTold = isKey(`moment.track.${values["track"]}.back`);
  return formatDegrees(isTold ? Math.abs(degrees) : degrees, language);
}

/** A dash where there is none. */
function numberOf(value: number | string | undefined, language: Language, digits = 0): string {
  return value === undefined ? "–" : formatNumber(Number(value), language, digits);
}
