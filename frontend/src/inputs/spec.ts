/** What can be entered about the work: the fields of `edge/contract/inputs.py` that this page offers, with its limits.
 *
 * A test compares names, limits and choices with the contract.
 */

export interface Field {
  /** As the contract names it. */
  readonly name: string;
  readonly kind: "number" | "whole" | "choice" | "row" | "yesno" | "check" | "text" | "date";
  /** Limits in the contract's unit; `above` leaves out `least` itself. */
  readonly least?: number;
  readonly most?: number;
  readonly above?: true;
  /** The reader's unit counts this many to one of the contract's. */
  readonly scale?: number;
  readonly unit?: "cm" | "years" | "deg" | "kg" | "min" | "s" | "percent";
  readonly choices?: readonly string[];
  readonly needed?: true;
  /** Takes any text, and offers the names of the shift's operations. */
  readonly suggests?: "operations";
}

export interface Section {
  readonly id: "person" | "workers" | "camera" | "load" | "coupling" | "support" | "activity" | "shift" | "breaks" | "operations" | "segments"
    | "neutral" | "exclusions" | "corrections" | "rows" | "report";
  /** Where the section lies in the inputs; "" where its fields are the inputs' own. */
  readonly path: string;
  readonly fields: readonly Field[];
  /** So many entries at most; absent where there is one. */
  readonly most?: number;
  /** Entries are signed with the moment and never changed again. */
  readonly log?: true;
}

const WEEK_S = 7 * 86_400;
const MANY = 2000;
const NAME = { kind: "text", most: 100 } as const;
const OPERATION: Field = { ...NAME, name: "operation", suggests: "operations" };
const TEXT = { kind: "text", most: 500 } as const;
const second = (name: string): Field => ({ name, kind: "number", least: 0, most: WEEK_S, unit: "s" });
const minutes = (name: string): Field => ({ name, kind: "number", least: 0, most: 1440, unit: "min" });
const needed = (field: Field): Field => ({ ...field, needed: true });
const FROM_TO = [second("start_s"), second("end_s")] as const;
const STRETCH = FROM_TO.map(needed);
const SIGNED = [{ ...TEXT, name: "reason", needed: true }, { ...NAME, name: "who", needed: true }] as const;

/** Signals that an expert may correct, of those in `gpu_worker/angles/catalogue.py`. */
export const CORRECTABLE = [
  "trunk_flexion", "trunk_side_bend", "trunk_twist", "head_flexion", "neck_flexion", "neck_side_bend", "neck_twist",
  "arm_elevation_left", "arm_elevation_right", "arm_elevation_gravity_left", "arm_elevation_gravity_right",
  "elbow_flexion_left", "elbow_flexion_right", "knee_flexion_left", "knee_flexion_right",
] as const;

/** What can be told before the video is seen. */
export const TOLD: readonly Section[] = [
  { id: "person", path: "person", fields: [
    { ...NAME, name: "pseudonym" },
    { name: "height_m", kind: "number", least: 1.2, most: 2.3, scale: 100, unit: "cm" },
    { name: "age_years", kind: "whole", least: 15, most: 99, unit: "years" },
    { name: "sex", kind: "choice", choices: ["female", "male"] },
    { name: "stands_neutral", kind: "check" },
  ] },
  { id: "workers", path: "", fields: [{ name: "worker", kind: "choice", choices: ["A", "B"] }] },
  { id: "camera", path: "camera", fields: [
    { name: "pitch_deg", kind: "number", least: -89, most: 89, unit: "deg" },
    { name: "roll_deg", kind: "number", least: -180, most: 180, unit: "deg" },
  ] },
  { id: "load", path: "load", most: MANY, fields: [
    { name: "kg", kind: "number", least: 0, most: 1000, unit: "kg", needed: true }, ...FROM_TO,
    { name: "static_or_repeated", kind: "check" }, { name: "shock", kind: "check" },
  ] },
  { id: "coupling", path: "coupling", most: MANY, fields: [
    { name: "coupling", kind: "choice", choices: ["good", "fair", "poor", "unacceptable"], needed: true }, ...FROM_TO,
  ] },
  { id: "support", path: "support", most: MANY, fields: [
    { name: "part", kind: "choice", choices: ["trunk", "head", "arm_left", "arm_right"], needed: true },
    { name: "supported", kind: "yesno", needed: true }, ...FROM_TO,
  ] },
  { id: "activity", path: "activity", most: MANY, fields: [
    { name: "rapid_changes_or_unstable_base", kind: "yesno" }, { name: "muscle_use", kind: "yesno" },
    { name: "forearm_twisted_to_the_end", kind: "yesno" }, ...FROM_TO,
  ] },
  { id: "shift", path: "shift", fields: [{ ...minutes("minutes"), above: true }] },
  { id: "breaks", path: "shift.breaks", most: 50, fields: [needed(minutes("minutes")), { name: "meal", kind: "check" }] },
  { id: "operations", path: "operations", most: 200, fields: [
    { ...NAME, name: "name", needed: true }, minutes("minutes"),
    { name: "pieces", kind: "number", least: 0, most: 1_000_000, above: true },
  ] },
  { id: "segments", path: "segments", most: MANY, fields: [
    needed(OPERATION), ...STRETCH,
    { name: "pieces", kind: "number", least: 0, most: 100_000, above: true },
  ] },
  { id: "neutral", path: "neutral", most: 50, fields: STRETCH },
  { id: "report", path: "report", fields: [
    { ...NAME, name: "number" }, { ...TEXT, name: "customer" }, { ...TEXT, name: "workplace" }, { ...TEXT, name: "camera" },
    { name: "filmed_on", kind: "date" }, { name: "evaluated_on", kind: "date" }, { ...NAME, name: "evaluated_by" },
    { ...NAME, name: "role" }, { ...NAME, name: "reviewed_by" },
  ] },
];

/** How many rows each part of the law has, by the name that begins their ids. */
const ROWS_OF = { trup: 11, hlava_krk: 10, phk: 10, lhk: 10, dk: 7, ostatni: 4 } as const;
/** The 52 rows of the law, in its order. */
export const ROWS: readonly string[] = Object.entries(ROWS_OF)
  .flatMap(([part, count]) => Array.from({ length: count }, (_, index) => `${part}.${index + 1}`));

/** What is told of a result once its rows are on show. */
export const JUDGED: readonly Section[] = [
  { id: "rows", path: "rows", most: MANY, fields: [
    { name: "row", kind: "row", choices: ROWS, needed: true }, minutes("minutes"),
    { name: "share", kind: "number", least: 0, most: 1, scale: 100, unit: "percent" }, OPERATION,
    { ...TEXT, name: "note" },
  ] },
];

/** What an expert changes in a result, with a reason and a name. */
export const LOGGED: readonly Section[] = [
  { id: "exclusions", path: "exclusions", most: MANY, log: true, fields: [...STRETCH, ...SIGNED] },
  { id: "corrections", path: "corrections", most: MANY, log: true, fields: [
    ...STRETCH,
    { name: "posture", kind: "choice", choices: ["standing", "sitting", "kneeling", "squatting", "one_legged", "lying", "walking"] },
    { name: "signal", kind: "choice", choices: CORRECTABLE },
    { name: "value_deg", kind: "number", least: -360, most: 360, unit: "deg" },
    ...SIGNED,
  ] },
];
