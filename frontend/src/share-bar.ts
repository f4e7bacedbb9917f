/** A bar of shares that make up a whole; colour and pattern say how bad each is. */

import { svg } from "./dom.ts";
import type { Severity } from "./zones.ts";

export interface Share {
  readonly severity: Severity;
  readonly percent: number;
}

/** In the order of `shares`; without a label the words beside it have to say the same. */
export function createShareBar(shares: readonly Share[], height: number, label: string | null): SVGElement {
  const told = label === null ? { "aria-hidden": "true" } : { role: "img", "aria-label": label };
  const bar = svg("svg", { class: "share-bar", height, width: "100%", ...told });
  let from = 0;
  for (const { severity, percent } of shares) {
    const place = { x: `${from}%`, width: `${percent}%`, height };
    bar.append(svg("rect", { ...place, class: `severity-${severity}` }));
    if (severity > 0) bar.append(svg("rect", { ...place, fill: `url(#pattern-${severity})` }));
    from += percent;
  }
  return bar;
}
