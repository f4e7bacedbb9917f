/** RULA, REBA and OWAS, as the report's headlines have them, and what each takes for granted. */

import { h } from "./dom.ts";
import { formatPercent, type Language } from "./format.ts";
import { createShareBar } from "./share-bar.ts";
import { isKey, textOr, type Translate } from "./strings/index.ts";
import type { Severity } from "./zones.ts";

interface Level {
  readonly score: number;
  readonly percent: number;
}

/** The lowest action level of RULA and REBA that asks for a change soon or at once. */
const CHANGE_SOON = 3;

/** OWAS tells what share of the time it judged where it misses more than this, in per cent. */
const UNKNOWN_TOLD = 5;

interface Assuming {
  readonly assumed?: readonly string[];
}

interface Scored extends Assuming {
  readonly sides: readonly {
    readonly side: string;
    readonly mean: number | null;
    readonly levels: readonly Level[];
  }[];
  readonly headline_side: string | null;
}

interface Owas extends Assuming {
  readonly observed_s: number;
  readonly unknown_s: number;
  readonly categories: readonly Level[];
  /** The highest that lasted, null where none did; analyses of before do not say it. */
  readonly highest?: number | null;
}

export interface Method {
  readonly name: "RULA" | "REBA" | "OWAS";
  /** Per cent of the time at an action level that asks for a change soon; of OWAS the highest category that lasted. */
  readonly score: number;
  /** The side with the higher mean score, where they differ. */
  readonly side: string | null;
  /** Share of time by action level, or OWAS's category. */
  readonly levels: readonly Level[];
  /** Names of the inputs that it takes for granted. */
  readonly assumed: readonly string[];
  /** Of OWAS the share of the time that it judged, in per cent; null where that is nearly all. */
  readonly known: number | null;
}

/** Those that the analysis has a score of. */
export function readMethods(analysis: unknown): readonly Method[] {
  const stored = analysis as { rula?: Scored; reba?: Scored; owas?: Owas };
  const found = [scoredOf("RULA", stored.rula), scoredOf("REBA", stored.reba), owasOf(stored.owas)];
  return found.filter((method) => method !== null);
}

export function createMethods(methods: readonly Method[], t: Translate, language: Language): HTMLElement {
  return h("div", {}, createList(methods, t, language), ...createAssumed(methods, t));
}

function createList(methods: readonly Method[], t: Translate, language: Language): HTMLElement {
  return h("ul", { class: "methods" }, ...methods.map((method) => {
    const list = method.levels.map(({ score, percent }) => `${score}: ${formatPercent(percent, language)}`.replaceAll(" ", "\u00a0")).join(" · ");
    const side = method.side === null ? "" : `report.side_${method.side}`;
    return h("li", { "data-method": method.name },
      h("p", { class: "method-head" }, h("span", { class: "method-name" }, method.name), " ", tellScore(method, t, language)),
      createShareBar(method.levels.map((level) => ({ severity: severityOf(level), percent: level.percent })), 10, null),
      h("p", { class: "method-levels" }, t(method.name === "OWAS" ? "verdict.levels.category" : "verdict.levels.action", { list }),
        isKey(side) ? ` ${t("report.method_headline_side", { side: t(side) })}` : ""),
      method.known === null ? null
        : h("p", { class: "method-known" }, t("verdict.owas_known", { share: formatPercent(method.known, language) })));
  }));
}

/** One paragraph for the methods that take the same for granted. */
function createAssumed(methods: readonly Method[], t: Translate): HTMLElement[] {
  const assuming = methods.filter(({ assumed }) => assumed.length > 0)
    .map((method) => ({ name: method.name, told: tellAssumed(method, t) }));
  return [...new Set(assuming.map(({ told }) => told))].map((told) => {
    const names = assuming.filter((method) => method.told === told).map(({ name }) => name);
    return h("p", { class: "method-assumed" }, h("span", { class: "method-name" }, names.join(", ")), " ", told);
  });
}

/** An input that the page does not know, because the worker is newer, is called by its own name. */
export function tellAssumed({ assumed }: Method, t: Translate): string {
  return `${t("report.assumed_heading")}: ${assumed.map((name) => textOr(`report.assumed_${name}`, name, t)).join(" ")}`;
}

function scoredOf(name: "RULA" | "REBA", scored: Scored | undefined): Method | null {
  const sides = scored?.sides ?? [];
  const worse = sides.find(({ side }) => side === "worse") ?? sides[0];
  if (!scored || !worse || worse.mean === null) return null;
  const means = new Set(sides.filter(({ side }) => side !== "worse").map(({ mean }) => mean?.toFixed(1)));
  const score = worse.levels.filter((level) => level.score >= CHANGE_SOON).reduce((sum, { percent }) => sum + percent, 0);
  return { name, score, side: means.size > 1 ? scored.headline_side : null, levels: worse.levels,
    assumed: scored.assumed ?? [], known: null };
}

function owasOf(owas: Owas | undefined): Method | null {
  if (!owas) return null;
  const { categories, assumed = [], observed_s: observed, unknown_s: unknown } = owas;
  const known = (100 * observed) / (observed + unknown);
  const seen = categories.filter(({ percent }) => percent > 0).map(({ score }) => score);
  const score = owas.highest === undefined ? Math.max(...seen) : owas.highest;
  if (seen.length === 0 || score === null) return null;
  return { name: "OWAS", score, side: null, levels: categories, assumed,
    known: known < 100 - UNKNOWN_TOLD ? known : null };
}

function tellScore({ name, score }: Method, t: Translate, language: Language): string {
  if (name === "OWAS") return t("report.method_owas_headline", { category: score });
  return t("report.method_change_soon", { share: formatPercent(score, language) });
}

/** Levels 0 and 1 ask for nothing, 2 for a look, 3 and above for a change. */
function severityOf({ score }: Level): Severity {
  if (score <= 1) return 0;
  return score === 2 ? 1 : 2;
}
