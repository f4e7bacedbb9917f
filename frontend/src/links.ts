/** Links to finished files, and what to do when they have grown old. */

import type { linked } from "./job.ts";

export type LinkedFile = ReturnType<typeof linked>[number];

/** The links to the files, which last an hour. */
export interface LinkActions {
  linksAreFresh(): boolean;
  /** Resolves once there are new ones, which `update` has then shown. */
  renewLinks(): Promise<void>;
}
