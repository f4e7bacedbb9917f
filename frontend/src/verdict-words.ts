/** The verdict's sentences, in the words of the report. */

import { formatDuration, formatNumber, formatPercent, type Language } from "./format.ts";
import { isKey, textOr, type Fill, type Translate } from "./strings/index.ts";
import type { ClipVerdict, RowVerdict, Sentence } from "./verdict.ts";

/** “Category at least 2, indicative only”. */
export function tellCategory({ category, at_least: atLeast, indicative }: ClipVerdict, t: Translate): string {
  if (category === null) return t("report.verdict_none");
  const level = atLeast ? t("report.verdict_at_least", { category }) : category;
  const verdict = t("report.verdict_category", { category: level });
  return indicative ? t("report.verdict_indicative", { verdict }) : verdict;
}

/** Part of the body and number; `rows` are all of the law. */
export function nameOfRow(id: string, rows: readonly RowVerdict[], t: Translate): string {
  const row = rows.find((candidate) => candidate.row === id);
  return row ? `${textOr(`report.part_${row.part}`, row.part, t)}\u00a0${row.no}` : id;
}

/** A sentence that the page does not know, because the worker is newer, is called by its key. */
export function tellSentence(sentence: Sentence, rows: readonly RowVerdict[], t: Translate, language: Language): string {
  const key = `report.${sentence.key.replaceAll("-", "_")}`;
  if (!isKey(key)) return sentence.key.replaceAll("-", " ");
  const fill: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(sentence.values)) fill[name] = write(sentence, name, value, rows, t, language);
  return t(key, "setting" in fill ? { ...fill, choice: readingOf(fill, t) } : fill);
}

function write(
  { key }: Sentence, name: string, value: number | string | readonly string[], rows: readonly RowVerdict[], t: Translate,
  language: Language,
): string | number {
  switch (name) {
    case "row": return [value].flat().map((row) => nameOfRow(String(row), rows, t)).join(", ");
    case "length": return formatDuration(Number(value), language);
    case "share": return formatPercent(100 * Number(value), language);
    // Of a single row with a decimal, of the shift without.
    case "minutes": return formatNumber(Number(value), language, key.startsWith("row-") ? 1 : 0);
    default: return String(value);
  }
}

function readingOf({ setting, value }: Fill, t: Translate): string {
  return textOr(`report.reading_${setting}_${String(value).replace(/\.0$/, "")}`.toLowerCase(), `${setting} = ${value}`, t);
}
