/** The form for what only a person knows: made from the sections of `spec.ts`, read into the contract's JSON. */

import { h, setText } from "../dom.ts";
import type { Key, Translate } from "../strings/index.ts";
import { below, contradictions, entriesAt, valueAt, withValue, type Fault, type Inputs, type Reading } from "./check.ts";
import { createField, type FieldView, type Speech } from "./field.ts";
import { createLog } from "./log.ts";
import { createRows, typedIn, typeInto, type PickStretch, type Rows, type TypedEntry } from "./rows.ts";
import type { Section } from "./spec.ts";

type Entry = Readonly<Record<string, unknown>>;

/** What stands in a form before it is read. */
export type FormDraft = Readonly<Partial<Record<Section["id"], readonly TypedEntry[]>>>;

export interface InputsForm {
  readonly element: HTMLElement;
  /** What was entered, on top of what `show` brought; null after showing the reader what is wrong. */
  read(): Inputs | null;
  show(inputs: Inputs): void;
  draft(): FormDraft;
  /** Takes up what stood in another form of the same sections, over what `show` brought. */
  resume(draft: FormDraft): void;
  /** Shows each fault at its field and goes to the first; what concerns no field here is given back. */
  tell(faults: readonly Fault[]): readonly Fault[];
  /** Adds an empty entry to a list, and goes there. */
  add(section: Section["id"]): void;
  /** Goes to the first entry of a list that lacks a field; where all have it, adds an empty entry. */
  complete(section: Section["id"], field: string): void;
  /** Puts values into a section's fields, and goes there. */
  enter(section: Section["id"], values: Entry): void;
  /** Where something more than fields can be shown. */
  readonly below: (section: Section["id"]) => HTMLElement;
}

export interface FormContext extends Speech {
  /** Makes ids unique on the page. */
  readonly prefix: string;
  readonly now: () => number;
  /** Paths of fields that are shown but cannot be changed. */
  readonly locked?: readonly string[];
  /** Seconds of the clip, where they are known. */
  readonly lengthS?: () => number;
  readonly pick?: PickStretch;
}

interface Part {
  readonly section: Section;
  readonly element: HTMLElement;
  readonly fault: HTMLElement;
  readonly below: HTMLElement;
  /** The fields by their path, as they stand. */
  fields(): ReadonlyMap<string, FieldView>;
  show(inputs: Inputs): void;
  typed(): readonly TypedEntry[];
  type(entries: readonly TypedEntry[]): void;
  /** Adds an empty entry and goes there; a section without a list has none. */
  readonly add?: () => void;
  /** `inputs` with this section's values; `say` hears what cannot be read. */
  read(inputs: Inputs, say: (fault: Fault) => void): Inputs;
}

export function createForm(sections: readonly Section[], context: FormContext): InputsForm {
  const operationsId = `${context.prefix}-operation-names`;
  const parts = sections.map((section) => createPart(section, { ...context, operationsId }));
  const partOf = (id: Section["id"]): Part | undefined => parts.find(({ section }) => section.id === id);
  let base: Inputs = {};

  // What a log held before has no field, and may not be changed.
  const canBeMended = ({ path }: Fault): boolean => parts.some((part) => part.fields().has(path))
    || !sections.some((section) => section.log && path.startsWith(`${section.path}.`));
  const tell = (faults: readonly Fault[]): readonly Fault[] => {
    for (const part of parts) {
      setText(part.fault, "");
      for (const view of part.fields().values()) view.say("");
    }
    const told = faults.filter((fault) => showAt(parts, fault, context.t));
    goToFirst(parts, told);
    return faults.filter((fault) => !told.includes(fault));
  };
  const read = (): Inputs | null => {
    const faults: Fault[] = [];
    const found = withoutEmptyShift(parts.reduce((inputs, part) => part.read(inputs, (fault) => faults.push(fault)), base));
    // A field that cannot be read contradicts nothing yet.
    const all = faults.length > 0 ? faults : contradictions(found, sections, context.lengthS?.()).filter(canBeMended);
    tell(all);
    return all.length > 0 ? null : found;
  };
  const names = h("datalist", { id: operationsId });
  const suggest = (): void => {
    const views = [...(partOf("operations")?.fields().values() ?? [])].filter(({ field }) => field.name === "name");
    names.replaceChildren(...views.filter((view) => !view.isBlank()).map((view) => h("option", { value: String(view.typed()) })));
  };
  const element = h("div", { class: "inputs" }, ...parts.map((part) => part.element), names);
  // Before a field is typed into, so that it suggests what the others hold by then.
  element.addEventListener("focusin", suggest);
  return {
    element, read, tell,
    show(inputs) {
      base = inputs;
      for (const part of parts) part.show(inputs);
    },
    draft: () => Object.fromEntries(parts.map((part) => [part.section.id, part.typed()])),
    resume(draft) {
      for (const part of parts) part.type(draft[part.section.id] ?? []);
    },
    add: (id) => partOf(id)?.add?.(),
    complete(id, name) {
      const part = partOf(id);
      const open = [...(part?.fields().values() ?? [])].find((view) => view.field.name === name && view.isBlank());
      if (open) open.focus();
      else part?.add?.();
    },
    enter(id, values) {
      const part = partOf(id);
      const views = Object.entries(values).map(([name, value]) => [part?.fields().get(below(part.section.path, name)), value] as const);
      for (const [view, value] of views) view?.show(value);
      views[0]?.[0]?.focus();
    },
    below: (id) => (partOf(id) as Part).below,
  };
}

function createPart(section: Section, context: FormContext): Part {
  const { t, prefix } = context;
  const id = `${prefix}-${section.id}`;
  const fault = h("p", { class: "fault", role: "alert" });
  const space = h("div", { class: "below" });
  const body = section.most === undefined ? single(section, context) : many(section, context);
  const element = h("fieldset", { id, class: `section section-${section.id}` },
    h("legend", {}, t(`inputs.${section.id}` as Key)), h("p", { class: "hint" }, t(`inputs.${section.id}.about` as Key)),
    body.element, space, fault);
  return { ...body, section, element, fault, below: space };
}

type Body = Omit<Part, "section" | "fault" | "below">;

function single(section: Section, context: FormContext): Body {
  const { prefix, locked = [] } = context;
  const views = new Map(section.fields.map((field) => {
    const path = below(section.path, field.name);
    return [path, createField(field, section, `${prefix}-${section.id}-${field.name}`, context, locked.includes(path))] as const;
  }));
  const fields = [...views.values()];
  return {
    element: h("div", { class: "fields" }, ...fields.map((view) => view.element)),
    typed: () => [{ kept: {}, raw: typedIn(fields) }],
    type: ([entry]) => typeInto(fields, entry),
    fields: () => views,
    show: (inputs) => views.forEach((view, path) => view.show(valueAt(inputs, path))),
    read: (inputs, say) =>
      withValue(inputs, section.path, valuesOf((valueAt(inputs, section.path) ?? {}) as Entry, views, say)),
  };
}

/** A list; what a log held before is shown, and stays as it is. */
function many(section: Section, context: FormContext): Body {
  const { t, language, prefix, now, pick } = context;
  const rows: Rows = createRows(section, prefix, context, pick ?? null);
  const log = section.log ? createLog(t, language) : null;
  let before: readonly Entry[] = [];
  const named = (): readonly (readonly [Entry, ReadonlyMap<string, FieldView>])[] =>
    rows.filled().map((row, index) => [row.kept, new Map(row.fields.map((view) =>
      [`${section.path}.${before.length + index}.${view.field.name}`, view]))]);
  return {
    element: h("div", {}, log?.element, rows.element),
    fields: () => new Map(named().flatMap(([, views]) => [...views])),
    typed: rows.typed,
    type: rows.type,
    add: rows.add,
    show(inputs) {
      const entries = entriesAt(inputs, section.path);
      before = log ? entries : [];
      log?.show(before);
      rows.show(log ? [] : entries);
    },
    read(inputs, say) {
      const when = log ? { when: new Date(now()).toISOString() } : {};
      const entered = named().map(([kept, views]) => ({ ...valuesOf(kept, views, say), ...when }));
      return withValue(inputs, section.path, [...before, ...entered]);
    },
  };
}

function valuesOf(kept: Entry, views: ReadonlyMap<string, FieldView>, say: (fault: Fault) => void): Entry {
  const values = { ...kept };
  for (const [path, view] of [...views].filter(([, candidate]) => !candidate.locked)) {
    const reading: Reading = view.read();
    // Left out rather than null: some fields have a default of their own.
    delete values[view.field.name];
    if ("key" in reading) say({ path, ...reading });
    else if (reading.value !== undefined) values[view.field.name] = reading.value;
  }
  return values;
}

/** A shift of which nothing was told stays assumed. */
function withoutEmptyShift(inputs: Inputs): Inputs {
  const shift = (inputs["shift"] ?? {}) as Entry;
  const told = Object.values(shift).some((value) => (Array.isArray(value) ? value.length > 0 : value !== null));
  return told ? inputs : { ...inputs, shift: null };
}

/** At the field where there is one, else at the section that it lies in most closely. */
function showAt(parts: readonly Part[], fault: Fault, t: Translate): boolean {
  const text = t(fault.key, fault.fill);
  const view = parts.map((part) => part.fields().get(fault.path)).find((found) => found !== undefined);
  if (view) {
    view.say(text);
    return true;
  }
  const around = parts.filter(({ section: { path } }) => fault.path === path || fault.path.startsWith(`${path}.`))
    .sort((a, b) => b.section.path.length - a.section.path.length)[0];
  if (around) setText(around.fault, text);
  return around !== undefined;
}

function goToFirst(parts: readonly Part[], told: readonly Fault[]): void {
  for (const part of parts) {
    const view = [...part.fields()].find(([path]) => told.some((fault) => fault.path === path))?.[1];
    if (!view && part.fault.textContent === "") continue;
    for (let above = part.element.closest("details"); above; above = above.parentElement?.closest("details") ?? null) {
      above.open = true;
    }
    if (view) view.focus();
    else part.element.querySelector<HTMLElement>(".list > button")?.focus();
    return;
  }
}
