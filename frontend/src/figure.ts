/** The picture on the first view: a bent trunk and the zones it is measured in. */

import { svg } from "./dom.ts";

const HIP = { x: 120, y: 198 };
const RADIUS = 164;
/** From, to (degrees from upright, forward positive) and severity: the trunk's zones. */
const SECTORS = [[-38, -15, 2], [-15, 40, 0], [40, 60, 1], [60, 96, 2]] as const;
const BENT_DEG = 50;

export function createFigure(): SVGElement {
  const shoulder = at(BENT_DEG, 102);
  return svg("svg", { class: "figure", viewBox: "0 0 330 306", "aria-hidden": "true" },
    ...SECTORS.flatMap(([from, to, severity]) => [
      svg("path", { class: `figure-sector severity-${severity}`, d: sector(from, to) }),
      svg("path", { class: `figure-rim rim-${severity}`, d: arc(from + 0.8, to - 0.8) }),
    ]),
    svg("path", { class: "figure-upright", d: `M${HIP.x} ${HIP.y}L${at(0, RADIUS)}` }),
    svg("path", { class: "figure-ground", d: "M24 300H312" }),
    svg("rect", { class: "figure-load", x: 204, y: 246, width: 62, height: 44, rx: 5 }),
    svg("path", { class: "figure-limb far", d: `M${HIP.x} ${HIP.y}L112 250L86 292l14 3` }),
    svg("path", { class: "figure-limb", d: `M${HIP.x} ${HIP.y}L142 246L132 295h17` }),
    svg("path", { class: "figure-limb", d: `M${HIP.x} ${HIP.y}L${shoulder}` }),
    svg("path", { class: "figure-limb", d: `M${shoulder}L200 196L218 258` }),
    svg("circle", { class: "figure-head", cx: 221, cy: 116, r: 16 }),
    svg("circle", { class: "figure-joint", cx: HIP.x, cy: HIP.y, r: 4.5 }),
    svg("text", { class: "figure-angle", x: 258, y: 84 }, `${BENT_DEG}°`));
}

function at(degrees: number, length: number): string {
  const angle = (degrees * Math.PI) / 180;
  return `${(HIP.x + length * Math.sin(angle)).toFixed(1)} ${(HIP.y - length * Math.cos(angle)).toFixed(1)}`;
}

function arc(from: number, to: number): string {
  return `M${at(from, RADIUS)}A${RADIUS} ${RADIUS} 0 0 1 ${at(to, RADIUS)}`;
}

function sector(from: number, to: number): string {
  return `M${HIP.x} ${HIP.y}L${at(from, RADIUS)}A${RADIUS} ${RADIUS} 0 0 1 ${at(to, RADIUS)}Z`;
}
