/** Follows the status object in storage: conditional requests, back-off, fresh links when one has run out. */

import { Problem, type JobView } from "./api.ts";
import { hasEnded, type JobState, type JobStatus } from "./contract.ts";

export type News =
  | { readonly type: "status"; readonly status: JobStatus }
  | { readonly type: "viewed"; readonly view: JobView }
  | { readonly type: "unreachable" }
  | { readonly type: "refused"; readonly problem: Problem };

export interface Outside {
  readonly send: typeof fetch;
  /** Asks the edge for the status with fresh links; rejects with a `Problem`. */
  readonly view: () => Promise<JobView>;
  /** Resolves after `ms`, or sooner when the page comes back to the front. Rejects when `signal` aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly hidden: () => boolean;
}

const FIRST_MS = 1000;
const SLOWEST_MS: Partial<Record<JobState, number>> = { queued: 8000, awaiting_upload: 5000 };
const SLOWEST_OTHER_MS = 4000;
const SLOWEST_LOST_MS = 30_000;
const HIDDEN_MS = 20_000;

/** How long to wait before the next look, after `quiet` looks without news and `lost` looks without an answer. */
export function delayMs(seen: { quiet: number; lost: number; hidden: boolean; state: JobState | undefined }): number {
  const slowest = (seen.state && SLOWEST_MS[seen.state]) ?? SLOWEST_OTHER_MS;
  const delay = seen.lost > 0
    ? Math.min(FIRST_MS * 2 ** seen.lost, SLOWEST_LOST_MS)
    : Math.min(FIRST_MS * 1.5 ** seen.quiet, slowest);
  return seen.hidden ? Math.max(delay, HIDDEN_MS) : delay;
}

type Look =
  | { readonly kind: "fresh"; readonly status: JobStatus; readonly etag: string | null }
  | { readonly kind: "same" | "stale_link" | "lost" };

/** Calls `tell` with every piece of news until the job has ended, is refused, or `signal` aborts. */
export async function follow(
  statusUrl: string | null, outside: Outside, tell: (news: News) => void, signal: AbortSignal,
): Promise<void> {
  let url = statusUrl;
  let etag: string | null = null;
  let state: JobState | undefined;
  let quiet = 0;
  let lost = 0;
  while (!signal.aborted) {
    const look: Look = url === null ? { kind: "stale_link" } : await readStatus(outside.send, url, etag);
    if (signal.aborted) return;
    if (look.kind === "fresh") {
      [etag, state, quiet, lost] = [look.etag, look.status.state, 0, 0];
      tell({ type: "status", status: look.status });
    } else if (look.kind === "same") {
      [quiet, lost] = [quiet + 1, 0];
    } else if (look.kind === "lost") {
      lost += 1;
      tell({ type: "unreachable" });
    } else {
      const answer = await outside.view().catch((error: unknown) => asProblem(error));
      if (signal.aborted) return;
      if (!(answer instanceof Problem)) {
        [url, etag, state, quiet, lost] = [answer.status_url, null, answer.status.state, quiet + 1, 0];
        tell({ type: "viewed", view: answer });
      } else if (mayPass(answer)) {
        lost += 1;
        tell({ type: "unreachable" });
      } else {
        tell({ type: "refused", problem: answer });
        return;
      }
    }
    if (state && hasEnded(state) && lost === 0) return;
    await outside.wait(delayMs({ quiet, lost, hidden: outside.hidden(), state }), signal).catch(() => undefined);
  }
}

async function readStatus(send: typeof fetch, url: string, etag: string | null): Promise<Look> {
  const response = await get(send, url, etag);
  if (!response || response.status >= 500 || response.status === 429) return { kind: "lost" };
  if (response.status === 304) return { kind: "same" };
  if (!response.ok) return { kind: "stale_link" };
  const status = (await response.json().catch(() => null)) as JobStatus | null;
  return status ? { kind: "fresh", status, etag: response.headers.get("etag") } : { kind: "lost" };
}

async function get(send: typeof fetch, url: string, etag: string | null): Promise<Response | null> {
  const plain: RequestInit = { cache: "no-store", credentials: "omit" };
  if (etag) {
    const conditional = await send(url, { ...plain, headers: { "if-none-match": etag } }).catch(() => null);
    if (conditional) return conditional;
    // A proxy that refuses the preflight of the conditional request may well let a plain one pass.
  }
  return send(url, plain).catch(() => null);
}

function mayPass(problem: Problem): boolean {
  return problem.status === 0 || problem.status >= 500 || problem.status === 429;
}

function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, "offline", "");
}
