/** The analysis's warnings, in the words of the report. */

import { h } from "./dom.ts";
import { formatNumber, type Language } from "./format.ts";
import { textOr, type Translate } from "./strings/index.ts";
import type { ClipVerdict } from "./verdict.ts";

/** Those of the clip, then those of its verdict, each once. */
export function readWarnings(analysis: unknown, verdict: ClipVerdict | null): readonly string[] {
  const { warnings = [] } = analysis as { warnings?: readonly string[] };
  return [...new Set([...warnings, ...(verdict?.warnings ?? [])])];
}

/** A warning that the page does not know, because the worker is newer, is called by its own name. */
export function tellWarning(name: string, t: Translate, language: Language): string {
  const [key = "", ...entry] = name.split(":");
  const warning = textOr(`report.warning_${key}`, key.replaceAll("_", " "), t);
  return entry.length < 5 ? warning : `${nameOfEntry(entry, t, language)}: ${warning}`;
}

/** “Load 2 (10.0–40.0 s, packing)”: an entry as the worker names it, by field, number, seconds and what it is about. */
function nameOfEntry(
  [field = "", number = "", start = "", end = "", ...about]: readonly string[], t: Translate, language: Language,
): string {
  const seconds = (value: string): string => formatNumber(Number(value), language, 1);
  const [, kind, name = ""] = /^(?:([a-z]+)=)?(.*)$/.exec(about.join(":")) ?? [];
  const when = start && end ? `${seconds(start)}–${seconds(end)} s` : start
    ? t("verdict.entry.from", { start: seconds(start) }) : end && t("verdict.entry.until", { end: seconds(end) });
  // An operation is called what its user called it.
  const said = [when, kind === "operation" ? name : textOr(`inputs.choice.${name}`, name, t)];
  return `${textOr(`inputs.${field}.one`, field, t)} ${number} (${said.filter(Boolean).join(", ")})`;
}

/** `remedies` are shown beside the warnings that they mend. Null where there is nothing to warn of. */
export function createWarnings(
  names: readonly string[], remedies: Readonly<Record<string, HTMLElement>>, t: Translate, language: Language,
): HTMLElement | null {
  if (names.length === 0) return null;
  return h("section", { class: "warnings", role: "status", "aria-label": t("verdict.warnings") },
    h("h3", {}, t("verdict.warnings")),
    h("ul", {}, ...names.map((name) => {
      const remedy = remedies[name];
      return h("li", { "data-warning": name }, h("p", {}, tellWarning(name, t, language)), remedy);
    })));
}
