/** One job from upload to results. */

import type { VideoFacts } from "./contract.ts";
import { h, setText } from "./dom.ts";
import { createFailure, tellFailure } from "./failure.ts";
import { formatBytes, formatClock, formatNumber, formatPercent, type Language } from "./format.ts";
import { linked, sceneOf, type Job } from "./job.ts";
import { createFamily, type Family } from "./family.ts";
import { createProgress, stepOf } from "./progress.ts";
import { createRemoval } from "./removal.ts";
import { createResults, type ResultsActions, type ResultsDraft } from "./results.ts";
import type { Translate } from "./strings/index.ts";

export interface JobView {
  readonly element: HTMLElement;
  update(job: Job): void;
  draft(): ResultsDraft;
  resume(draft: ResultsDraft): void;
}

/** What the owner may do; all but the links reject with a `Problem`. */
export interface JobActions extends ResultsActions {
  cancel(): Promise<void>;
  retry(): Promise<void>;
  remove(): Promise<void>;
}

export interface JobContext {
  readonly actions: JobActions;
  readonly preview: HTMLElement | null;
  readonly t: Translate;
  readonly language: Language;
  readonly now: () => number;
  readonly family: Family;
}

export function createJobView({ actions, preview, t, language, now, family }: JobContext): JobView {
  const name = h("h1", { class: "job-name" });
  const facts = h("p", { class: "job-facts" });
  const early = h("p", { class: "early", role: "status", hidden: true }, t("progress.early"));
  const progress = createProgress(() => actions.cancel(), t, language, now);
  const failed = h("div", { hidden: true });
  const middle = h("div", { class: "job-middle" }, progress.element, preview);
  const results = createResults(actions, t, language, now);
  // Screen readers hear of every step and of the end; the bar itself would talk without pause.
  const said = h("p", { class: "visually-hidden", role: "status" });
  const leave = h("a", { class: "button quiet", href: "#" });
  const element = h("div", { class: "job" },
    h("header", { class: "job-head" },
      h("div", {}, name, facts), h("div", { class: "job-actions" },
        createRemoval(() => actions.remove(), t), leave)),
    createFamily(family, t, language), said, failed, middle, early, results.element);
  let told = "";

  const update = (job: Job): void => {
    setText(name, job.name);
    setText(leave, t(sceneOf(job) === "sending" ? "page.stop" : "page.new"));
    setText(facts, job.status ? factsOf(job.status.video, t, language) : "");
    const failure = tellFailure(job, t);
    const done = sceneOf(job) === "completed";
    middle.hidden = failure !== null || done;
    if (!middle.hidden) progress.update(job);
    early.hidden = done || failure !== null || !linked(job).some((file) => file.kind === "analysis.json");
    if (JSON.stringify(failure) !== told) {
      told = JSON.stringify(failure);
      failed.hidden = failure === null;
      failed.replaceChildren(...(failure ? [createFailure(failure, t, () => actions.retry(), family.parent?.id ?? null)] : []));
    }
    results.update(job);
    setText(said, done ? t("results.ready") : middle.hidden ? "" : t(`step.${stepOf(job)}`));
  };
  return { element, update, draft: results.draft, resume: results.resume };
}

/** The window's title: how far it is, then which video. */
export function titleOf(job: Job, t: Translate, language: Language): string {
  const share = job.upload.phase === "sending" && job.upload.total > 0
    ? job.upload.sent / job.upload.total : (job.status?.progress ?? 0);
  const running = sceneOf(job) === "processing" || sceneOf(job) === "sending";
  const ended = { completed: t("recent.state.completed"), failed: t("recent.state.failed") }[sceneOf(job) as string];
  const words = [running ? formatPercent(share * 100, language) : (ended ?? ""), job.name, t("page.title")];
  return words.filter(Boolean).join(" – ");
}

function factsOf(video: VideoFacts, t: Translate, language: Language): string {
  const facts = [formatBytes(video.bytes, language)];
  const seconds = video.duration_s ?? 0;
  if (seconds > 0) facts.unshift(seconds < 60 ? `${formatNumber(seconds, language, 1)} s` : formatClock(seconds));
  if (video.width && video.height) facts.push(`${video.width} × ${video.height}`);
  if (video.fps) facts.push(t("results.rate", { rate: formatNumber(video.fps, language, Number.isInteger(video.fps) ? 0 : 2) }));
  return facts.join(" · ");
}
