/** The analysis's warnings, in the words of the report. */

import { h } from "./dom.ts";
import { textOr, type Translate } from "./strings/index.ts";
import type { ClipVerdict } from "./verdict.ts";

/** Those of the clip, then those of its verdict, each once. */
export function readWarnings(analysis: unknown, verdict: ClipVerdict | null): readonly string[] {
  const { warnings = [] } = analysis as { warnings?: readonly string[] };
  return [...new Set([...warnings, ...(verdict?.warnings ?? [])])];
}

/** A warning that the page does not know, because the worker is newer, is called by its own name. */
export function tellWarning(name: string, t: Translate): string {
  return textOr(`report.warning_${name}`, name.replaceAll("_", " "), t);
}

/** `remedies` are shown beside the warnings that they mend. Null where there is nothing to warn of. */
export function createWarnings(
  names: readonly string[], remedies: Readonly<Record<string, HTMLElement>>, t: Translate,
): HTMLElement | null {
  if (names.length === 0) return null;
  return h("section", { class: "warnings", role: "status", "aria-label": t("verdict.warnings") },
    h("h3", {}, t("verdict.warnings")),
    h("ul", {}, ...names.map((name) => {
      const remedy = remedies[name];
      return h("li", { "data-warning": name }, h("p", {}, tellWarning(name, t)), remedy);
    })));
}
