/** What the reader sees while the video travels and the analysis runs. */

import { createAction } from "./action.ts";
import { h, setText } from "./dom.ts";
import { formatBytes, formatPercent, type Language } from "./format.ts";
import { sceneOf, type Job, type Scene } from "./job.ts";
import type { Key, Translate } from "./strings/index.ts";

const STEPS = ["upload", "queue", "pose", "body", "analysis", "overlay", "save"] as const;
type Step = (typeof STEPS)[number];
/** The steps of a job that judges a finished one again: the body is there already. */
const STEPS_AGAIN: ReadonlySet<Step> = new Set(["queue", "analysis", "save"]);

/** The step a job is in; everything before it is done. */
export function stepOf(job: Job): Step {
  const scene = sceneOf(job);
  if (scene === "sending" || scene === "opening") return "upload";
  if (scene !== "processing") return "queue";
  const stage = job.status?.stage ?? "starting";
  if (stage === "starting") return "queue";
  // A worker newer than this page may have stages that it does not know.
  return STEPS.find((step) => step === stage) ?? "save";
}

/** When sending was first looked at, and what had been sent by then. */
export interface Start {
  readonly at: number;
  readonly sent: number;
}

/** Minutes left at the mean speed since `start`; null while too little has been sent to tell. */
export function minutesLeft(sent: number, total: number, start: Start, now: number): number | null {
  const seconds = (now - start.at) / 1000;
  const since = sent - start.sent;
  if (seconds < 3 || since < total / 100) return null;
  return ((total - sent) / since) * seconds / 60;
}

export interface ProgressView {
  readonly element: HTMLElement;
  update(job: Job): void;
}

/** `cancel` stops the work on the service's side; it rejects with a `Problem`. */
export function createProgress(
  cancel: () => Promise<void>, t: Translate, language: Language, now: () => number,
): ProgressView {
  let start: Start | null = null;
  const title = h("h2", { class: "progress-title" });
  const value = h("span", { class: "progress-value" });
  const bar = h("progress", { max: 1 });
  const facts = h("p", { class: "progress-facts" });
  const steps = new Map(STEPS.map((step) => [step, createStep(step, t)]));
  const note = h("p", { class: "progress-note" });
  const trouble = h("p", { class: "progress-trouble", role: "status" });
  const stop = createAction(t("progress.cancel"), "button quiet", cancel, t);
  const element = h("section", { class: "card progress", "aria-labelledby": "progress-title" },
    h("div", { class: "progress-head" }, title, value), bar, facts,
    h("ol", { class: "steps" }, ...[...steps.values()].map((step) => step.element)), note, trouble, stop.element);
  title.id = "progress-title";

  const update = (job: Job): void => {
    const scene = sceneOf(job);
    start = startOf(job, start, now());
    setText(title, t(titleOf(scene)));
    const share = shareOf(job, scene);
    bar.setAttribute("aria-label", t(scene === "sending" ? "progress.upload" : "progress.overall"));
    if (share === null) bar.removeAttribute("value");
    else bar.value = share;
    setText(value, share === null ? "" : formatPercent(share * 100, language));
    setText(facts, factsOf(job, t, language, start, now()));
    const current = STEPS.indexOf(stepOf(job));
    STEPS.forEach((step, index) => {
      const shown = steps.get(step);
      if (shown) shown.element.hidden = job.parent !== null && !STEPS_AGAIN.has(step);
      shown?.mark(index < current ? "done" : index === current ? "now" : "later");
    });
    setText(note, t(scene === "sending" ? "progress.stay" : "progress.leave"));
    setText(trouble, troubleOf(job, t));
    // Before the video has arrived there is nothing to stop but the sending, and leaving the page does that.
    stop.element.hidden = !["waiting", "queued", "processing"].includes(scene);
  };
  return { element, update };
}

function titleOf(scene: Scene): Key {
  const key = `progress.title.${scene}`;
  return (scene === "sending" || scene === "waiting" || scene === "queued" || scene === "processing"
    ? key : "progress.title.opening") as Key;
}

/** Null where nobody knows how long it takes. */
function shareOf(job: Job, scene: Scene): number | null {
  if (scene === "sending" && job.upload.phase === "sending") {
    return job.upload.total > 0 ? job.upload.sent / job.upload.total : 0;
  }
  return scene === "processing" ? (job.status?.progress ?? 0) : null;
}

/** A broken connection starts the sending over. */
function startOf(job: Job, start: Start | null, now: number): Start | null {
  if (job.upload.phase !== "sending" || job.upload.waiting) return null;
  return start ?? { at: now, sent: job.upload.sent };
}

function factsOf(job: Job, t: Translate, language: Language, start: Start | null, now: number): string {
  if (sceneOf(job) !== "sending" || job.upload.phase !== "sending") return "";
  const { sent, total } = job.upload;
  const parts = [t("progress.sent", { sent: formatBytes(sent, language), total: formatBytes(total, language) })];
  const minutes = start && minutesLeft(sent, total, start, now);
  if (minutes !== null && sent < total) {
    parts.push(minutes < 1 ? t("progress.left.seconds") : t("progress.left.minutes", { minutes: Math.round(minutes) }));
  }
  return parts.join(" · ");
}

function troubleOf(job: Job, t: Translate): string {
  if (job.upload.phase === "sending" && job.upload.waiting) return t("progress.broken");
  if (!job.online) return t("progress.unreachable");
  const attempt = job.status?.attempt ?? 0;
  return attempt > 1 ? t("progress.attempt", { attempt }) : "";
}

function createStep(step: Step, t: Translate): { element: HTMLElement; mark(state: "done" | "now" | "later"): void } {
  const word = h("span", { class: "visually-hidden" });
  const element = h("li", { class: "step" }, h("span", { class: "step-dot", "aria-hidden": "true" }), t(`step.${step}`), word);
  return {
    element,
    mark(state) {
      element.dataset["state"] = state;
      if (state === "now") element.setAttribute("aria-current", "step");
      else element.removeAttribute("aria-current");
      setText(word, ` – ${t(`step.${state}`)}`);
    },
  };
}
