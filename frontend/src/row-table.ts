/** The law's rows: those with time in them as a table, and why the others have none. */

import { h, type Child } from "./dom.ts";
import { formatNumber, type Language } from "./format.ts";
import { textOr, type Translate } from "./strings/index.ts";
import { hasTime, lawOf, type RowVerdict } from "./verdict.ts";
import { nameOfRow, tellSentence } from "./verdict-words.ts";

const COLUMNS = ["row", "minutes", "limits", "category", "interval", "status"] as const;
type Column = (typeof COLUMNS)[number];
/** Less than the tenth that is shown. */
const TRACE = 0.05;

/** Roles are named because a narrow screen lays the cells out anew, and some browsers then forget them. */
export function createRowTable(rows: readonly RowVerdict[], t: Translate, language: Language): HTMLElement {
  const shown = rows.filter(hasTime);
  if (shown.length === 0) return h("p", { class: "law-rows-none" }, t("report.top_rows_none"));
  return h("table", { class: "law-rows", role: "table", "aria-label": t("verdict.rows") },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...COLUMNS.map((column) =>
      h("th", { scope: "col", role: "columnheader", "data-column": column }, t(`verdict.column.${column}`))))),
    h("tbody", { role: "rowgroup" }, ...shown.map((row) => createRow(row, rows, t, language))));
}

/**
 * The rows without time, behind a disclosure: not assessed, by reason, then those in which nothing was seen. `enterRow` is the
 * way to enter one by hand.
 */
export function createRest(
  rows: readonly RowVerdict[], enterRow: HTMLElement, t: Translate, language: Language,
): HTMLElement {
  const rest = rows.filter((row) => !hasTime(row));
  const missing = rest.filter((row) => row.reason !== null);
  const reasons = [...new Set(missing.map((row) => row.reason))];
  const numbers = { count: rest.length, total: rows.length, missing: missing.length };
  const list = (title: string, found: readonly RowVerdict[]): HTMLElement | null => found.length === 0 ? null :
    h("section", {}, h("h4", {}, title), h("ul", {}, ...found.map((row) =>
      h("li", { "data-row": row.row }, ...named(row, rows, t, language), remarksOf(row, rows, t, language), reach(row, t, language)))));
  return h("details", { class: "rest" }, h("summary", {}, t("verdict.rest", numbers)), enterRow,
    ...reasons.map((reason) => list(textOr(`verdict.reason.${reason}`, String(reason), t), missing.filter((row) => row.reason === reason))),
    list(t("verdict.empty"), rest.filter((row) => row.reason === null)));
}

function createRow(row: RowVerdict, rows: readonly RowVerdict[], t: Translate, language: Language): HTMLElement {
  const cell = (column: Column, ...children: readonly Child[]): HTMLElement =>
    h("td", { role: "cell", "data-column": column, "data-label": t(`verdict.column.${column}`) }, ...children);
  return h("tr", { role: "row", "data-row": row.row },
    h("th", { scope: "row", role: "rowheader" }, ...named(row, rows, t, language), remarksOf(row, rows, t, language)),
    cell("minutes", minutesOf(row, language)),
    cell("limits", h("span", { class: "row-type" }, row.counts_as), ` ${row.limits.join(" / ")}`),
    cell("category", createLevel(row)),
    cell("interval", rangeOf(row, language)),
    cell("status", textOr(`report.status_${row.status}`, row.status, t),
      row.reason ? h("span", { class: "row-reason" }, textOr(`verdict.reason.${row.reason}`, row.reason, t)) : null));
}

/** Short name, then the law's words. */
function named(row: RowVerdict, rows: readonly RowVerdict[], t: Translate, language: Language): Child[] {
  return [h("span", { class: "row-name" }, nameOfRow(row.row, rows, t)), " ", h("span", { class: "row-law" }, lawOf(row, language))];
}

/** What has to be said beside the minutes, or in place of them. */
function remarksOf(row: RowVerdict, rows: readonly RowVerdict[], t: Translate, language: Language): Child {
  const said = row.remarks.map((remark) => tellSentence(remark, rows, t, language)).join("; ");
  return said ? h("span", { class: "row-remarks" }, ` (${said})`) : null;
}

/** Of a row not assessed the category of what was seen: it can only be higher. */
function createLevel({ category, reason }: RowVerdict): Child {
  if (category === null) return "–";
  const open = reason !== null && category < 3;
  return h("span", { class: "level", "data-level": category }, open ? `≥\u00a0${category}` : String(category));
}

function minutesOf({ minutes, at_least: atLeast }: RowVerdict, language: Language): string {
  const found = minutes ?? 0;
  const written = found < TRACE ? `<\u00a0${formatNumber(0.1, language, 1)}` : formatNumber(found, language, 1);
  return atLeast && found >= TRACE ? `≥\u00a0${written}` : written;
}

function rangeOf({ interval }: RowVerdict, language: Language): string {
  return interval ? `${formatNumber(interval.low, language, 1)}–${formatNumber(interval.high, language, 1)}` : "–";
}

/** How much time might be in a row in which none was seen. */
function reach(row: RowVerdict, t: Translate, language: Language): Child {
  if (!row.interval || row.interval.high < TRACE) return null;
  return h("span", { class: "row-remarks" }, ` (${t("verdict.reach", { range: rangeOf(row, language) })})`);
}
