/** The verdict of the law, what it rests on, and the other methods beside it. */

import { h } from "./dom.ts";
import { formatNumber, type Language } from "./format.ts";
import { createMethods, readMethods } from "./methods.ts";
import { createRest, createRowTable } from "./row-table.ts";
import type { Translate } from "./strings/index.ts";
import { readVerdict, type ClipVerdict, type Sentence } from "./verdict.ts";
import { tellCategory, tellSentence } from "./verdict-words.ts";
import { createWarnings, readWarnings } from "./warnings.ts";

/** What the law would say if something were read otherwise. */
const READINGS = ["verdict-reading", "verdict-both-readings"];

/** Of an `analysis.json`; `remedies` as `createWarnings` takes them, `enterRow` as `createRest` does. */
export function createVerdict(
  analysis: unknown, remedies: Readonly<Record<string, HTMLElement>>, enterRow: HTMLElement, t: Translate, language: Language,
): HTMLElement {
  const verdict = readVerdict(analysis);
  const methods = readMethods(analysis);
  return h("div", { class: "verdict" },
    h("div", { class: "verdict-top" },
      h("div", {}, ...(verdict ? createCategory(verdict, t, language) : [h("p", { class: "verdict-old" }, t("verdict.old"))])),
      methods.length === 0 ? null : h("section", { class: "verdict-methods", "aria-labelledby": "results-methods" },
        h("h3", { id: "results-methods" }, t("report.methods_heading")), createMethods(methods, t, language))),
    createWarnings(readWarnings(analysis, verdict), remedies, t, language),
    verdict && h("section", { class: "verdict-rows" }, h("h3", {}, t("verdict.rows")),
      createRowTable(verdict.rows, t, language),
      h("p", { class: "hint" }, t("verdict.rows.about")), createRest(verdict.rows, enterRow, t, language)));
}

function createCategory(verdict: ClipVerdict, t: Translate, language: Language): HTMLElement[] {
  const { category, indicative, sentences, rows, work_minutes: work, shift_assumed: assumed } = verdict;
  const list = (found: readonly Sentence[]): HTMLElement =>
    h("ul", {}, ...found.map((sentence) => h("li", {}, tellSentence(sentence, rows, t, language))));
  const readings = sentences.filter(({ key }) => READINGS.includes(key));
  const minutes = formatNumber(work, language, 0);
  const parts: HTMLElement[] = [
    // An indication gets no colour that could be taken for the verdict.
    h("p", { class: "verdict-category", "data-level": indicative ? null : category }, tellCategory(verdict, t)),
    h("div", { class: "verdict-sentences" }, list(sentences.filter((sentence) => !readings.includes(sentence)))),
  ];
  if (readings.length > 0) {
    parts.push(h("details", { class: "readings" },
      h("summary", {}, t("verdict.readings", { count: readings.length })), list(readings)));
  }
  parts.push(h("p", { class: "verdict-scope" }, t(assumed ? "verdict.scope.assumed" : "verdict.scope.entered", { minutes }), " ", t("verdict.shift")));
  return parts;
}
