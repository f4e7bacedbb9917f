/** One field of the form: label, control, unit, hint, and the place for what is wrong with it. */

import { h, setText } from "../dom.ts";
import type { Language } from "../format.ts";
import { isKey, type Key, type Translate } from "../strings/index.ts";
import { readField, textOf, type Reading } from "./check.ts";
import type { Field, Section } from "./spec.ts";

/** A control's own text, or whether it is ticked. */
export type Raw = string | boolean;

/** What words and numbers are written in. */
export interface Speech {
  readonly t: Translate;
  readonly language: Language;
  /** What a row of the law is called; its id where that is not known. */
  readonly nameOfRow?: (row: string) => string;
  /** The id of the list of operations that a field may suggest. */
  readonly operationsId?: string;
}

export interface FieldView {
  readonly element: HTMLElement;
  readonly field: Field;
  /** Shown only: its value stays as it was, to the last digit. */
  readonly locked: boolean;
  read(): Reading;
  /** As it stands in the control, readable or not. */
  typed(): Raw;
  type(raw: Raw): void;
  show(value: unknown): void;
  isBlank(): boolean;
  /** Says what is wrong; "" when nothing is. */
  say(fault: string): void;
  focus(): void;
}

/** `id` is unique on the page. A `locked` field is shown and cannot be changed. */
export function createField(field: Field, section: Section, id: string, speech: Speech, locked = false): FieldView {
  const { t, language } = speech;
  const hint = hintOf(field, section, t, locked);
  const described = `${hint ? `${id}-hint ` : ""}${id}-fault`;
  const control = createControl(field, id, described, speech, locked);
  const fault = h("p", { id: `${id}-fault`, class: "fault", role: "alert" });
  const name = t(`inputs.${section.id}.${field.name}` as Key);
  const label = h("label", { for: id }, name);
  const remark = hint ? h("p", { id: `${id}-hint`, class: "hint" }, hint) : null;
  const isCheck = field.kind === "check";
  const unit = field.unit ? h("span", { "aria-hidden": "true" }, t(`inputs.unit.${field.unit}`)) : null;
  const element = isCheck
    ? h("div", { class: "choice" }, control, label, remark, fault)
    : h("div", { class: "field", "data-kind": field.kind, "data-name": field.name }, label, h("span", { class: "with-unit" }, control, unit), remark, fault);
  const typed = (): Raw => (control instanceof HTMLInputElement && isCheck ? control.checked : control.value);
  const type = (raw: Raw): void => {
    if (control instanceof HTMLInputElement && isCheck) control.checked = Boolean(raw);
    else control.value = String(raw);
  };
  const say = (text: string): void => {
    setText(fault, text);
    control.setAttribute("aria-invalid", String(text !== ""));
  };
  // What was wrong is being mended.
  control.addEventListener("input", () => say(""));
  return {
    element, field, locked, say, typed, type,
    read: () => readField(field, typed()),
    isBlank: () => typed() === "" || typed() === false,
    focus: () => control.focus(),
    show: (value) => type(isCheck ? Boolean(value) : textOf(field, value, language)),
  };
}

function hintOf(field: Field, section: Section, t: Translate, locked: boolean): string {
  const key = locked ? "inputs.locked" : `inputs.${section.id}.${field.name}.hint`;
  return isKey(key) ? t(key) : "";
}

function createControl(
  field: Field, id: string, described: string, { t, nameOfRow = String, operationsId }: Speech, locked: boolean,
): HTMLInputElement | HTMLSelectElement {
  const shared = { id, "aria-describedby": described, "aria-required": field.needed ? "true" : null };
  if (field.kind === "check") return h("input", { ...shared, type: "checkbox" });
  if (field.kind === "text") {
    const list = field.suggests ? operationsId : null;
    return h("input", { ...shared, type: "text", autocomplete: "off", maxlength: field.most, list });
  }
  if (field.kind === "date") return h("input", { ...shared, type: "date" });
  if (["choice", "row", "yesno"].includes(field.kind)) {
    const choices = field.kind === "yesno" ? ["yes", "no"] : (field.choices ?? []);
    const name = field.kind === "row" ? nameOfRow : (choice: string): string => t(`inputs.choice.${choice}` as Key);
    return h("select", shared, h("option", { value: "" }, "–"),
      ...choices.map((choice) => h("option", { value: choice }, name(choice))));
  }
  return h("input", { ...shared, type: "text", inputmode: "decimal", autocomplete: "off", maxlength: 12, readonly: locked });
}
