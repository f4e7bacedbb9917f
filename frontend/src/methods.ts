/** One line each for RULA, REBA and OWAS, as the report's headlines have them. */

import { h } from "./dom.ts";
import { formatPercent, type Language } from "./format.ts";
import { createShareBar } from "./share-bar.ts";
import { isKey, type Translate } from "./strings/index.ts";
import type { Severity } from "./zones.ts";

interface Level {
  readonly score: number;
  readonly percent: number;
}

interface Scored {
  readonly sides: readonly {
    readonly side: string;
    readonly mean: number | null;
    readonly percentile_90: number | null;
    readonly levels: readonly Level[];
  }[];
  readonly headline_side: string | null;
}

export interface Method {
  readonly name: "RULA" | "REBA" | "OWAS";
  /** The score that 90 % of the time stay within; of OWAS the worst category seen. */
  readonly score: number;
  /** The side with the higher mean score, where they differ. */
  readonly side: string | null;
  /** Share of time by action level, or OWAS's category. */
  readonly levels: readonly Level[];
}

/** Those that the analysis has scored. */
export function readMethods(analysis: unknown): readonly Method[] {
  const stored = analysis as { rula?: Scored; reba?: Scored; owas?: { categories: readonly Level[] } };
  const found = [scoredOf("RULA", stored.rula), scoredOf("REBA", stored.reba), owasOf(stored.owas?.categories ?? [])];
  return found.filter((method) => method !== null);
}

export function createMethods(methods: readonly Method[], t: Translate, language: Language): HTMLElement {
  return h("ul", { class: "methods" }, ...methods.map((method) => {
    const list = method.levels.map(({ score, percent }) => `${score}: ${formatPercent(percent, language)}`.replaceAll(" ", "\u00a0")).join(" · ");
    const side = method.side === null ? "" : `report.side_${method.side}`;
    return h("li", { "data-method": method.name },
      h("p", { class: "method-head" }, h("span", { class: "method-name" }, method.name), " ", tellScore(method, t)),
      createShareBar(method.levels.map((level) => ({ severity: severityOf(level), percent: level.percent })), 10, null),
      h("p", { class: "method-levels" }, t(method.name === "OWAS" ? "verdict.levels.category" : "verdict.levels.action", { list }),
        isKey(side) ? ` ${t("report.method_headline_side", { side: t(side) })}` : ""));
  }));
}

function scoredOf(name: "RULA" | "REBA", scored: Scored | undefined): Method | null {
  const sides = scored?.sides ?? [];
  const worse = sides.find(({ side }) => side === "worse") ?? sides[0];
  if (!scored || !worse || worse.percentile_90 === null) return null;
  const means = new Set(sides.filter(({ side }) => side !== "worse").map(({ mean }) => mean?.toFixed(1)));
  return { name, score: worse.percentile_90, side: means.size > 1 ? scored.headline_side : null, levels: worse.levels };
}

function owasOf(categories: readonly Level[]): Method | null {
  const seen = categories.filter(({ percent }) => percent > 0).map(({ score }) => score);
  return seen.length > 0 ? { name: "OWAS", score: Math.max(...seen), side: null, levels: categories } : null;
}

function tellScore({ name, score }: Method, t: Translate): string {
  return name === "OWAS" ? t("report.method_owas_headline", { category: score }) : t("report.method_scores", { high: score });
}

/** Levels 0 and 1 ask for nothing, 2 for a look, 3 and above for a change. */
function severityOf({ score }: Level): Severity {
  if (score <= 1) return 0;
  return score === 2 ? 1 : 2;
}
