/** The original zones: their limits, and the time in each as `analysis.json` gives it. */

import { PARTS, type Part } from "./angles.ts";

export type Severity = 0 | 1 | 2;

/** Degrees that part the zones: below `back` or above `far` is 2, above `middle` 1, the rest 0. */
export const LIMITS: Readonly<Record<Part, { readonly back: number; readonly middle: number; readonly far: number }>> = {
  trunk: { back: -15, middle: 40, far: 60 },
  neck: { back: -15, middle: 25, far: 60 },
  arm_left: { back: 0, middle: 40, far: 60 },
  arm_right: { back: 0, middle: 40, far: 60 },
};

export function severityOf(part: Part, degrees: number): Severity {
  const { back, middle, far } = LIMITS[part];
  if (degrees < back || degrees > far) return 2;
  return degrees > middle ? 1 : 0;
}

export interface ZoneTime {
  /** Degrees; null where the zone has no end on that side. */
  readonly from: number | null;
  readonly to: number | null;
  readonly severity: Severity;
  readonly seconds: number;
  /** Of the observed time. */
  readonly percent: number;
}

export interface PartTime {
  readonly part: Part;
  /** In the order of the angle. */
  readonly zones: readonly ZoneTime[];
  readonly unseenS: number;
}

export class UnreadableAnalysis extends Error {}

interface StoredPart {
  readonly part: string;
  readonly unknown_s: number;
  readonly zones: readonly {
    readonly low_deg: number | null;
    readonly high_deg: number | null;
    readonly seconds: number;
    readonly percent: number;
  }[];
}

/** Drawn back, neutral, raised or bent, far. */
const SEVERITIES: readonly Severity[] = [2, 0, 1, 2];

/** `original_zones` of an `analysis.json`. Throws UnreadableAnalysis where a part is missing. */
export function readZones(analysis: unknown): readonly PartTime[] {
  const stored = (analysis as { original_zones?: { parts?: readonly StoredPart[] } }).original_zones?.parts ?? [];
  return PARTS.map((part) => {
    const found = stored.find((candidate) => candidate.part === part);
    if (found?.zones.length !== SEVERITIES.length) throw new UnreadableAnalysis(part);
    const zones = found.zones.map((zone, index) => ({
      from: zone.low_deg, to: zone.high_deg, severity: SEVERITIES[index] ?? 0, seconds: zone.seconds, percent: zone.percent,
    }));
    return { part, zones, unseenS: found.unknown_s };
  });
}
