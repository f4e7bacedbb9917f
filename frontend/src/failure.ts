/** How a job that gave no results is told: a title, a sentence that says what to do, a code to quote. */

import type { Problem } from "./api.ts";
import { createAction } from "./action.ts";
import { h } from "./dom.ts";
import { sentenceOf } from "./problem.ts";
import { sceneOf, type Job } from "./job.ts";
import { isKey, type Translate } from "./strings/index.ts";
import { en } from "./strings/en.ts";

export interface Told {
  readonly title: string;
  readonly sentence: string;
  readonly code: string;
  /** True where the same video can be analysed again without another upload. */
  readonly retryable: boolean;
}

/** Only the video helps then. */
const MOTION_GONE = "motion_gone";

/** Null where the job has not failed. */
export function tellFailure(job: Job, t: Translate): Told | null {
  switch (sceneOf(job)) {
    case "failed":
      return tellJobFailure(job, t);
    case "expired":
      return { title: t("failed.expired.title"), sentence: t("failed.expired"), code: "", retryable: false };
    case "deleted":
      return { title: t("failed.deleted.title"), sentence: t("failed.deleted"), code: "", retryable: false };
    case "interrupted":
      return { title: t("failed.interrupted.title"), sentence: t("failed.interrupted"), code: "", retryable: false };
    case "upload_failed":
      return job.upload.phase === "failed" ? tellProblem(t("failed.upload.title"), job.upload.problem, t) : null;
    case "refused":
      return job.refused ? tellProblem(t("failed.refused.title"), job.refused, t) : null;
    default:
      return null;
  }
}

/** `retry` starts the same job again; it rejects with a `Problem`. `parent` is the job that this one judged again. */
export function createFailure(told: Told, t: Translate, retry: () => Promise<void>, parent: string | null): HTMLElement {
  const back = parent !== null && told.code !== MOTION_GONE;
  const other = h("a", { class: told.retryable ? "button quiet" : "button primary", href: back ? `#${parent}` : "#" },
    t(back ? "failed.back" : "failed.next"));
  return h("section", { class: "card failure", role: "alert" },
    h("h2", {}, told.title), h("p", { class: "failure-sentence" }, told.sentence),
    h("div", { class: "failure-next" },
      told.retryable ? createAction(t("failed.retry"), "button primary", retry, t).element : null, other),
    told.code ? h("p", { class: "failure-code" }, t("failed.code", { code: told.code })) : null);
}

/** For an address whose key lies on another device. */
export function createUnknown(t: Translate): HTMLElement {
  return h("section", { class: "card failure" },
    h("h1", {}, t("failed.unknown.title")), h("p", { class: "failure-sentence" }, t("failed.unknown")),
    h("p", {}, h("a", { class: "button primary", href: "#" }, t("page.new"))));
}

function tellProblem(title: string, problem: Problem, t: Translate): Told {
  return { title, sentence: sentenceOf(problem, t), code: problem.code, retryable: false };
}

function tellJobFailure(job: Job, t: Translate): Told {
  const failure = job.status?.failure;
  const title = t(job.status?.state === "cancelled" ? "failed.title.cancelled" : "failed.title");
  if (!failure) return { title, sentence: "", code: "", retryable: false };
  const key = `failure.${failure.code}`;
  const retryable = failure.retryable && (job.status?.attempt ?? 0) > 0;
  if (!isKey(key)) return { title, sentence: failure.message, code: failure.code, retryable };
  // The worker's message is the English sentence, then in brackets what is special here: a number, a reference.
  const detail = failure.message.startsWith(en[key]) ? failure.message.slice(en[key].length) : "";
  return { title, sentence: t(key) + detail, code: failure.code, retryable };
}
