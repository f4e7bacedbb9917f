/** Time in zones: a bar and a table for every body part; colour, pattern and words say the same. */

import { h, svg } from "./dom.ts";
import { formatPercent, formatSeconds, type Language } from "./format.ts";
import { createShareBar } from "./share-bar.ts";
import type { Translate } from "./strings/index.ts";
import type { PartTime, ZoneTime } from "./zones.ts";

const BAR = 14;
const COLUMNS = ["zone", "seconds", "percent"] as const;

export function createZoneTable(parts: readonly PartTime[], t: Translate, language: Language): HTMLElement {
  return h("div", { class: "zones" }, ...parts.map((part) => createPart(part, t, language)));
}

/** “below −15°”, “15° to 40°”, “above 60°”. */
export function zoneName(zone: Pick<ZoneTime, "from" | "to">, t: Translate): string {
  if (zone.from === null && zone.to === 0) return t("zone.behind");
  const degrees = (value: number | null): string => `${value}°`.replace("-", "−");
  if (zone.from === null) return t("zone.below", { to: degrees(zone.to) });
  if (zone.to === null) return t("zone.above", { from: degrees(zone.from) });
  return t("zone.between", { from: degrees(zone.from), to: degrees(zone.to) });
}

function createPart(part: PartTime, t: Translate, language: Language): HTMLElement {
  const name = t(`part.${part.part}`);
  const rows = part.zones.map((zone) =>
    h("tr", { class: zone.seconds === 0 ? "empty-row" : "" },
      h("th", { scope: "row" },
        h("span", { class: "zone-name" }, swatch(`severity-${zone.severity}`), zoneName(zone, t)), " ",
        h("span", { class: "zone-verdict" }, t(`zone.severity.${zone.severity}`))),
      h("td", {}, formatSeconds(zone.seconds, language)),
      h("td", {}, formatPercent(zone.percent, language))));
  if (part.unseenS >= 0.05) {
    rows.push(h("tr", { class: "unseen-row" },
      h("th", { scope: "row" }, h("span", { class: "zone-name" }, swatch("unseen"), t("zone.unseen"))),
      h("td", {}, formatSeconds(part.unseenS, language)), h("td", {}, "–")));
  }
  const outside = t("zone.outside", { percent: formatPercent(outsidePercent(part), language) });
  return h("section", { class: "zone-part", "data-part": part.part },
    h("div", { class: "zone-head" },
      h("h3", {}, name, h("span", { class: "zone-signal" }, t(`part.${part.part}.signal`))),
      h("p", { class: "zone-outside" }, outside)),
    createBar(part, t, language),
    h("table", { "aria-label": name },
      h("thead", { class: "visually-hidden" }, h("tr", {}, ...COLUMNS.map((column) =>
        h("th", { scope: "col" }, t(`zone.column.${column}`))))),
      h("tbody", {}, ...rows)));
}

function outsidePercent(part: PartTime): number {
  return part.zones.filter((zone) => zone.severity > 0).reduce((sum, zone) => sum + zone.percent, 0);
}

/** The share of every zone, in the order of the angle. */
function createBar(part: PartTime, t: Translate, language: Language): SVGElement {
  const list = part.zones.map((zone) => `${zoneName(zone, t)} ${formatPercent(zone.percent, language)}`).join(", ");
  const label = t("zone.chart", { part: t(`part.${part.part}`), list });
  return createShareBar(part.zones, BAR, label);
}

function swatch(kind: string): SVGElement {
  const place = { width: 14, height: 14, rx: 3 };
  const pattern = kind.replace("severity-", "");
  return svg("svg", { class: "swatch", width: 14, height: 14, "aria-hidden": "true" },
    svg("rect", { ...place, class: kind }),
    pattern === "0" ? null : svg("rect", { ...place, fill: `url(#pattern-${pattern})` }));
}
