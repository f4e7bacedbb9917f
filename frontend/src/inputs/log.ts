/** Entries of the append-only log as they were made: shown, never changed. */

import { h } from "../dom.ts";
import { formatDate, type Language } from "../format.ts";
import { isKey, type Translate } from "../strings/index.ts";

type Entry = Readonly<Record<string, unknown>>;

export interface LogView {
  readonly element: HTMLElement;
  show(entries: readonly Entry[]): void;
}

export function createLog(t: Translate, language: Language): LogView {
  const list = h("ol", { class: "log" });
  const element = h("div", { hidden: true }, list, h("p", { class: "hint" }, t("inputs.log.fixed")));
  return {
    element,
    show(entries) {
      element.hidden = entries.length === 0;
      list.replaceChildren(...entries.map((entry) => h("li", {},
        h("span", { class: "log-what" }, whatOf(entry, t, language)), h("span", { class: "log-why" }, String(entry["reason"])),
        h("span", { class: "log-who" }, `${String(entry["who"])}, ${formatDate(String(entry["when"]), language)}`))));
    },
  };
}

/** “1.2–3.4 s: Kneeling”, “1.2–3.4 s”, “trup.6: 12 min”. */
function whatOf(entry: Entry, t: Translate, language: Language): string {
  const { row, start_s: start, end_s: end, posture, signal, value_deg: degrees, share, minutes } = entry;
  const number = (value: unknown): string => new Intl.NumberFormat(language).format(Number(value));
  const where = typeof row === "string" ? row : `${number(start)}–${number(end)} s`;
  const name = (choice: unknown): string => {
    const key = `inputs.choice.${String(choice)}`;
    return isKey(key) ? t(key) : String(choice);
  };
  if (typeof posture === "string") return `${where}: ${name(posture)}`;
  if (typeof signal === "string") return `${where}: ${name(signal)} ${number(degrees)}°`;
  if (typeof share === "number") return `${where}: ${number(share * 100)} %`;
  return typeof minutes === "number" ? `${where}: ${number(minutes)} min` : where;
}
