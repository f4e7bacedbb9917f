/** Reads what was typed into the contract's values, and finds what the contract would refuse. Pure. */

import type { Problem } from "../api.ts";
import { formatPlain, type Language } from "../format.ts";
import { isKey, type Fill, type Key } from "../strings/index.ts";
import type { Field, Section } from "./spec.ts";

/** Inputs as JSON, in the form of `edge/contract/inputs.py`; what the form does not know travels along. */
export type Inputs = Readonly<Record<string, unknown>>;
type Entry = Readonly<Record<string, unknown>>;

/** A sentence of the catalogue, or of the service itself, about one place. */
export interface Fault {
  /** As `load.0.kg`. */
  readonly path: string;
  readonly key: Key;
  readonly fill: Fill;
}

export type Reading = { readonly value: unknown } | { readonly key: Key; readonly fill: Fill };

/** The field's value in the contract's unit; undefined where nothing was entered. */
export function readField(field: Field, raw: string | boolean): Reading {
  if (typeof raw === "boolean") return { value: raw || undefined };
  const text = raw.trim();
  if (text === "") return field.needed ? { key: "inputs.fault.missing", fill: {} } : { value: undefined };
  if (field.kind === "yesno") return { value: text === "yes" };
  if (["choice", "row", "date"].includes(field.kind)) return { value: text };
  if (field.kind === "text") {
    return text.length <= (field.most ?? Infinity) ? { value: text } : { key: "inputs.fault.long", fill: { most: field.most ?? 0 } };
  }
  return readNumber(field, Number(text.replace(",", ".").replace("−", "-")));
}

function readNumber(field: Field, shown: number): Reading {
  const { least = -Infinity, most = Infinity, scale = 1 } = field;
  const value = shown / scale;
  const inside = (field.above ? value > least : value >= least) && value <= most;
  if (inside && (field.kind !== "whole" || Number.isInteger(value))) return { value };
  const fill = { least: inUnit(field, least), most: inUnit(field, most) };
  if (field.kind === "whole") return { key: "inputs.fault.whole", fill };
  return { key: field.above ? "inputs.fault.above" : "inputs.fault.range", fill };
}

/** What the field shows for a value of the contract, as the reader's language writes it. */
export function textOf(field: Field, value: unknown, language: Language): string {
  if (value === null || value === undefined) return "";
  if (field.kind === "yesno") return value ? "yes" : "no";
  if (typeof value !== "number") return String(value);
  return formatPlain(inUnit(field, value), language);
}

/** The reader's unit; without the digits that 2.3 × 100 leaves behind. */
function inUnit(field: Field, value: number): number {
  return Number((value * (field.scale ?? 1)).toFixed(6));
}

type Say = (path: string, key: Key, fill?: Fill) => void;

/** What contradicts itself, or a clip that lasts `lengthS`, although every field is well. */
export function contradictions(inputs: Inputs, sections: readonly Section[], lengthS = Infinity): readonly Fault[] {
  const found: Fault[] = [];
  const say: Say = (path, key, fill = {}) => void found.push({ path, key, fill });
  for (const { path } of sections.filter((section) => section.fields.some((field) => field.name === "end_s"))) {
    entriesAt(inputs, path).forEach(({ start_s: start, end_s: end }, index) => {
      if (typeof start === "number" && typeof end === "number" && end <= start) say(`${path}.${index}.end_s`, "inputs.fault.interval_order");
      if (typeof start === "number" && start >= lengthS) say(`${path}.${index}.start_s`, "inputs.fault.too_late");
    });
  }
  checkOperations(inputs, say);
  entriesAt(inputs, "corrections").forEach((entry, index) => {
    const ofSignal = isGiven(entry["signal"]) || isGiven(entry["value_deg"]);
    const whole = isGiven(entry["signal"]) && isGiven(entry["value_deg"]);
    const kinds = [whole, isGiven(entry["posture"]), isGiven(entry["row"])].filter(Boolean).length;
    if (kinds !== 1 || ofSignal !== whole) say(`corrections.${index}.posture`, "inputs.fault.correction_kind");
  });
  entriesAt(inputs, "rows").forEach((entry, index) => {
    if (isGiven(entry["minutes"]) === isGiven(entry["share"])) say(`rows.${index}.minutes`, "inputs.fault.share_or_minutes");
  });
  const shift = inputs["shift"] as Entry | null | undefined;
  const meals = entriesAt(inputs, "shift.breaks").filter((pause) => pause["meal"]);
  const away = meals.reduce((sum, pause) => sum + Number(pause["minutes"]), 0);
  if (shift && Number(shift["minutes"] ?? SHIFT_MIN) - away <= 0) say("shift.minutes", "inputs.fault.no_work_time");
  return found;
}

/** Every second shows one operation of the shift, and no operation is named twice. */
function checkOperations(inputs: Inputs, say: Say): void {
  const [operations, segments] = [entriesAt(inputs, "operations"), entriesAt(inputs, "segments")];
  const names = operations.map((operation) => operation["name"]);
  operations.forEach((operation, index) => {
    if (isGiven(operation["minutes"]) && isGiven(operation["pieces"])) say(`operations.${index}.pieces`, "inputs.fault.minutes_or_pieces");
    if (names.indexOf(operation["name"]) < index) say(`operations.${index}.name`, "inputs.fault.operations_doubled");
  });
  const known = new Set(names.length > 0 ? names : segments.map((segment) => segment["operation"]));
  const lookUp = (path: string, entries: readonly Entry[]): void => entries.forEach(({ operation }, index) => {
    if (!isGiven(operation) || known.has(operation)) return;
    say(`${path}.${index}.operation`, "inputs.fault.unknown_operation", { names: [...known].join(", ") || "–" });
  });
  lookUp("segments", segments);
  lookUp("rows", entriesAt(inputs, "rows"));
  segments.forEach((segment, index) => {
    if (segments.slice(0, index).some((other) => overlap(other, segment))) say(`segments.${index}.start_s`, "inputs.fault.segments_overlap");
  });
  if (operations.length > 1 && segments.length === 0) say("segments", "inputs.fault.no_segments");
}

function overlap(one: Entry, other: Entry): boolean {
  return Number(one["start_s"]) < Number(other["end_s"]) && Number(other["start_s"]) < Number(one["end_s"]);
}

/** Minutes of a shift whose length was not given. */
const SHIFT_MIN = 480;

/** The places an answer of the service concerns. */
export function faultsOf(problem: Problem): readonly Fault[] {
  if (problem.code === "needs_video") return [{ path: "person.height_m", key: "problem.needs_video", fill: {} }];
  if (problem.code === "log_rewritten") return [{ path: "exclusions", key: "problem.log_rewritten", fill: {} }];
  if (problem.code !== "invalid_request") return [];
  return (problem.more.faults ?? []).filter(({ place }) => place !== "").map(({ place, code, detail }) => {
    const key = `inputs.fault.${code}`;
    return { path: place.replace(/^(?:options\.)?inputs\./, ""), key: isKey(key) ? key : "inputs.fault.refused", fill: { detail } };
  });
}

/** The path of a name below `path`. */
export function below(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** The value at `a.b.0`; undefined where there is none. At "" the inputs themselves. */
export function valueAt(inputs: unknown, path: string): unknown {
  if (path === "") return inputs;
  return path.split(".").reduce<unknown>((value, name) => (value as Entry | null | undefined)?.[name], inputs);
}

export function entriesAt(inputs: Inputs, path: string): readonly Entry[] {
  const value = valueAt(inputs, path);
  return Array.isArray(value) ? (value as Entry[]) : [];
}

/** A copy of `inputs` with `value` at `a.b`. */
export function withValue(inputs: Inputs, path: string, value: unknown): Inputs {
  if (path === "") return value as Inputs;
  const [name = "", ...rest] = path.split(".");
  return { ...inputs, [name]: withValue((inputs[name] ?? {}) as Inputs, rest.join("."), value) };
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined;
}
