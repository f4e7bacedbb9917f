/** What the service or the network refused, in the reader's words. */

import type { Problem } from "./api.ts";
import { isKey, type Translate } from "./strings/index.ts";

/** The catalogue's sentence for the code; what the service itself said, in English, stands in brackets at most. */
export function sentenceOf(problem: Problem, t: Translate): string {
  const { status, message: detail, more } = problem;
  const { limit_bytes: bytes = 0, reference = "", retry_after_s: wait = 60 } = more;
  const fill = { status, detail, reference, wait, limit: Math.floor(bytes / 1e6) };
  for (const key of [`problem.${problem.code}`, `failure.${problem.code}`]) if (isKey(key)) return t(key, fill);
  return t(detail ? "problem.unknown" : "problem.unexpected", fill);
}
