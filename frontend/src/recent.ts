/** The list of jobs this device has started. */

import { hasEnded, type JobState } from "./contract.ts";
import { h, setText } from "./dom.ts";
import { formatDate, type Language } from "./format.ts";
import { createQuestion } from "./question.ts";
import type { Memory, Remembered } from "./remember.ts";
import type { Translate } from "./strings/index.ts";

/** So many unfinished jobs are asked for once when the list is shown. */
const MOST_ASKED = 5;
/** The rest is behind a disclosure. */
const SHOWN = 20;
/** Nothing is left of these that the reader could miss. */
const GONE: readonly (JobState | undefined)[] = ["deleted", "expired"];

/** Null where there is nothing to list. `ask` gives a job's present state, and rejects where it cannot be had. */
export function createRecent(
  memory: Memory, ask: (job: Remembered) => Promise<JobState>, t: Translate, language: Language,
): HTMLElement | null {
  if (memory.all().length === 0) return null;
  const [list, older] = [h("ul", { class: "recent-list" }), h("ul", { class: "recent-list" })];
  const section = h("section", { class: "recent", "aria-labelledby": "recent-title" },
    h("h2", { id: "recent-title" }, t("recent.title")), list,
    memory.all().length > SHOWN && h("details", { class: "recent-older" }, h("summary", {}, t("recent.older")), older));
  for (const [index, job] of memory.all().entries()) {
    const forget = (): void => {
      memory.forget(job.id);
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      next?.querySelector("a")?.focus();
      if (memory.all().length === 0) section.remove();
    };
    const row = createRow(job, t, language, () => {
      if (GONE.includes(memory.find(job.id)?.state)) forget();
      else askToForget(job, row, forget, t);
    });
    (index < SHOWN ? list : older).append(row);
  }
  for (const job of memory.all().filter((known) => !known.state || !hasEnded(known.state)).slice(0, MOST_ASKED)) {
    ask(job).then((state) => {
      memory.keep({ ...job, state });
      const label = section.querySelector<HTMLElement>(`[href="#${job.id}"] .recent-state`);
      if (label) writeState(label, state, t);
    }, () => undefined);
  }
  return section;
}

function createRow(job: Remembered, t: Translate, language: Language, forget: () => void): HTMLElement {
  const state = h("span", { class: "recent-state" });
  writeState(state, job.state ?? "unknown", t);
  const name = t("recent.forget", { name: job.name });
  return h("li", { class: "recent-row" },
    h("a", { href: `#${job.id}` },
      h("span", { class: "recent-name" }, job.name),
      h("span", { class: "recent-date" },
        [formatDate(job.createdAt, language), job.parent ? t("recent.again") : ""].filter(Boolean).join(" · ")),
      state),
    h("button", { type: "button", class: "icon", "aria-label": name, title: name, onclick: forget }, "×"));
}

/** Only this list holds the key: without it nobody can open or erase the analysis. */
function askToForget(job: Remembered, row: HTMLElement, forget: () => void, t: Translate): void {
  const question = { title: t("forget.title"), text: t("forget.text", { name: job.name }), yes: t("forget.button") };
  const dialog = createQuestion(question, async () => {
    dialog.close();
    forget();
  }, t);
  dialog.addEventListener("close", () => dialog.remove());
  row.append(dialog);
  dialog.showModal();
}

function writeState(label: HTMLElement, state: JobState | "unknown", t: Translate): void {
  label.dataset["state"] = state;
  setText(label, t(`recent.state.${state}`));
}
