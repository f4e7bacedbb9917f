/** What the service or the network refused, in the reader's words. */

import type { Problem } from "./api.ts";
import { isKey, type Translate } from "./strings/index.ts";

/** The catalogue's sentence for the code, else what the service itself said. */
export function sentenceOf(problem: Problem, t: Translate): string {
  const fill = { status: problem.status, limit: Math.floor((problem.limitBytes ?? 0) / 1e6) };
  for (const key of [`problem.${problem.code}`, `failure.${problem.code}`]) if (isKey(key)) return t(key, fill);
  return problem.message || t("problem.unexpected", fill);
}
