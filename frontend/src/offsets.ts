/** Neutral offsets that an analysis found and did not subtract, in the words of the report. */

import { h } from "./dom.ts";
import { formatDegrees, type Language } from "./format.ts";
import { textOr, type Translate } from "./strings/index.ts";

const SIDED = ["arm_elevation_gravity", "arm_flexion", "arm_abduction", "elbow_flexion", "hip_flexion", "knee_flexion"];
/** The angles that the report tells of, in its order. */
const REPORTED = [
  "trunk_flexion", "trunk_side_bend", "trunk_twist", "head_flexion", "neck_flexion", "neck_side_bend", "neck_twist",
  ...SIDED.flatMap((name) => [`${name}_left`, `${name}_right`]),
];
/** Smaller ones are not told. */
const LEAST_DEG = 0.5;

interface LeftOut {
  readonly degrees: number;
  /** Why it was not subtracted. */
  readonly reason: string;
}

type Offsets = Readonly<Record<string, LeftOut>>;

/** Of an `analysis.json`; null where it is of before they were kept. */
export function readOffsetsLeftOut(analysis: unknown): Offsets | null {
  return (analysis as { offsets_left_out?: Offsets }).offsets_left_out ?? null;
}

/** A line for every reason. */
export function tellOffsets(offsets: Offsets, t: Translate, language: Language): readonly string[] {
  const told = REPORTED.filter((name) => Math.abs(offsets[name]?.degrees ?? 0) >= LEAST_DEG);
  const reasons = [...new Set(told.map((name) => offsets[name]?.reason ?? ""))].sort();
  return reasons.map((reason) => {
    const label = t("report.clip_offsets_left_out", { reason: textOr(`report.offset_${reason}`, reason.replaceAll("_", " "), t) });
    const list = told.filter((name) => offsets[name]?.reason === reason)
      .map((name) => `${nameOf(name, t)} ${formatDegrees(offsets[name]?.degrees ?? 0, language, 1)}`);
    return `${label}: ${list.join("; ")}`;
  });
}

export function createOffsets(offsets: Offsets, t: Translate, language: Language): HTMLElement {
  const lines = tellOffsets(offsets, t, language);
  return h("div", { class: "offsets" },
    ...(lines.length > 0 ? lines : [t("offsets.none")]).map((line) => h("p", {}, line)));
}

function nameOf(signal: string, t: Translate): string {
  const [, stem = signal, side] = /^(.*)_(left|right)$/.exec(signal) ?? [];
  const name = textOr(`report.signal_${stem}`, stem, t);
  return side ? `${name}, ${textOr(`report.side_${side}`, side, t)}` : name;
}
