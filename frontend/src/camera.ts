/** How the camera stood and saw, as an `analysis.json` tells it. */

import type { Lens, Tilt } from "./tilt.ts";

export interface Camera {
  /** The tilt that the analysis uses. */
  readonly tilt: Tilt;
  /** `assumed_level`, `estimated` or `given`. */
  readonly source: string;
  /** null where the motion is of a version that did not keep it. */
  readonly lens: Lens | null;
}

interface Stored {
  readonly camera?: {
    readonly pitch_deg: number;
    readonly roll_deg: number;
    readonly source: string;
    readonly lens: { readonly focal_px: number; readonly width: number; readonly height: number } | null;
  } | null;
}

/** null where the analysis is of a version that does not tell it. */
export function readCamera(analysis: unknown): Camera | null {
  const { camera } = analysis as Stored;
  if (!camera) return null;
  const { pitch_deg: pitchDeg, roll_deg: rollDeg, source, lens } = camera;
  return { tilt: { pitchDeg, rollDeg }, source, lens: lens && { focalPx: lens.focal_px, width: lens.width, height: lens.height } };
}
