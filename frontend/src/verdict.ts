/** What the law says of the clip alone, as `analysis.json` holds it. */

import type { Language } from "./format.ts";

/** A sentence of the report: its key, and what it is filled with. */
export interface Sentence {
  readonly key: string;
  readonly values: Readonly<Record<string, number | string | readonly string[]>>;
}

export interface RowVerdict {
  readonly row: string;
  readonly part: string;
  readonly no: number;
  /** The law's words. */
  readonly cs: string;
  readonly en: string;
  readonly status: string;
  /** Why it is not assessed; null where it is. */
  readonly reason: string | null;
  /** A shift; of a row not assessed what was seen of it. */
  readonly minutes: number | null;
  /** The true minutes are at least these. */
  readonly at_least: boolean;
  /** 90 %. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly counts_as: "N" | "PP";
  /** Minutes up to which the row stays in category 1, and in 2. */
  readonly limits: readonly [number, number];
  readonly category: number | null;
  readonly remarks: readonly Sentence[];
}

export interface ClipVerdict {
  readonly category: number | null;
  readonly at_least: boolean;
  readonly indicative: boolean;
  readonly work_minutes: number;
  readonly shift_assumed: boolean;
  readonly sentences: readonly Sentence[];
  readonly warnings: readonly string[];
  /** All 52, the worst first. */
  readonly rows: readonly RowVerdict[];
}

/** Null where the analysis is of before there was one. */
export function readVerdict(analysis: unknown): ClipVerdict | null {
  return (analysis as { verdict?: ClipVerdict | null }).verdict ?? null;
}

export function hasTime({ minutes }: RowVerdict): boolean {
  return minutes !== null && minutes > 0;
}

/** The law's words for a row. */
export function lawOf(row: RowVerdict, language: Language): string {
  return row[language];
}
