/** A list of entries that grows and shrinks; each keeps what the page has no field for. */

import { h } from "../dom.ts";
import type { Key, Translate } from "../strings/index.ts";
import { createField, type FieldView, type Raw, type Speech } from "./field.ts";
import type { Section } from "./spec.ts";

type Entry = Readonly<Record<string, unknown>>;

/** Lets the reader show a stretch of the clip instead of typing its seconds; `taken` gets it. */
export type PickStretch = (taken: (start: number, end: number) => void) => void;

/** An entry as it stands in the form, readable or not. */
export interface TypedEntry {
  readonly kept: Entry;
  /** In the order of the fields. */
  readonly raw: readonly Raw[];
}

export interface Row {
  readonly element: HTMLElement;
  readonly fields: readonly FieldView[];
  /** What the entry held beside the fields. */
  readonly kept: Entry;
}

export interface Rows {
  readonly element: HTMLElement;
  /** Without those in which nothing was entered. */
  filled(): readonly Row[];
  show(entries: readonly Entry[]): void;
  /** Adds an empty entry and goes there. */
  readonly add: () => void;
  typed(): readonly TypedEntry[];
  type(entries: readonly TypedEntry[]): void;
}

/** `prefix` makes ids unique on the page. */
export function createRows(section: Section, prefix: string, speech: Speech, pick: PickStretch | null): Rows {
  const { t } = speech;
  let rows: Row[] = [];
  let count = 0;
  const list = h("div", { class: "rows" });
  const name = t(`inputs.${section.id}.one` as Key);
  const add = (): void => append({})[0]?.focus();
  const button = h("button", { type: "button", class: "button quiet", onclick: add }, t(`inputs.${section.id}.add` as Key));
  const limit = (): void => void (button.disabled = rows.length >= (section.most ?? Infinity));

  const append = (entry: Entry): readonly FieldView[] => {
    count += 1;
    const remove = (): void => {
      rows = rows.filter((other) => other !== row);
      row.element.remove();
      limit();
      button.focus();
    };
    const row = createRow({ section, id: `${prefix}-${section.id}-${count}`, label: `${name} ${count}`, speech, pick, remove }, entry);
    rows.push(row);
    list.append(row.element);
    limit();
    return row.fields;
  };

  const show = (entries: readonly Entry[]): readonly (readonly FieldView[])[] => {
    rows = [];
    list.replaceChildren();
    return entries.map(append);
  };

  return {
    element: h("div", { class: "list" }, list, button),
    add,
    filled: () => rows.filter((row) => row.fields.some((view) => !view.isBlank())),
    show,
    typed: () => rows.map((row) => ({ kept: row.kept, raw: typedIn(row.fields) })),
    type: (entries) => show(entries.map(({ kept }) => kept)).forEach((fields, index) => typeInto(fields, entries[index])),
  };
}

interface RowContext {
  readonly section: Section;
  readonly id: string;
  readonly label: string;
  readonly speech: Speech;
  readonly pick: PickStretch | null;
  readonly remove: () => void;
}

function createRow({ section, id, label, speech, pick, remove }: RowContext, entry: Entry): Row {
  const { t } = speech;
  const fields = section.fields.map((field) => createField(field, section, `${id}-${field.name}`, speech));
  for (const view of fields) view.show(entry[view.field.name]);
  const known = new Set(section.fields.map((field) => field.name));
  const kept = Object.fromEntries(Object.entries(entry).filter(([key]) => !known.has(key)));
  // Some entries hold for one operation only, which this page shows and keeps.
  const during = typeof kept["operation"] === "string"
    ? h("p", { class: "hint during" }, t("inputs.during", { name: kept["operation"] })) : null;
  const element = h("div", { class: "row", role: "group", "aria-label": label },
    h("div", { class: "row-fields" }, during, ...fields.map((view) => view.element)),
    h("button", { type: "button", class: "icon", "aria-label": t("inputs.remove", { name: label }), onclick: remove }, "×"));
  fields.find((view) => view.field.name === "end_s")?.element.after(...createPick(fields, pick, t));
  return { element, fields, kept };
}

/** What stands in the fields. */
export function typedIn(fields: readonly FieldView[]): readonly Raw[] {
  return fields.map((view) => view.typed());
}

export function typeInto(fields: readonly FieldView[], entry: TypedEntry | undefined): void {
  fields.forEach((view, index) => view.type(entry?.raw[index] ?? ""));
}

/** The button beside the seconds; none where there is nothing to pick from. */
function createPick(fields: readonly FieldView[], pick: PickStretch | null, t: Translate): readonly HTMLElement[] {
  const [start, end] = ["start_s", "end_s"].map((name) => fields.find((view) => view.field.name === name));
  if (!pick || !start || !end) return [];
  const take = (from: number, to: number): void => {
    start.show(from);
    end.show(to);
    for (const view of [start, end]) view.say("");
    end.focus();
  };
  return [h("button", { type: "button", class: "button quiet pick", onclick: () => pick(take) }, t("inputs.pick"))];
}
