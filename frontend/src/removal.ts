/** Erasing a job for good, after asking. */

import { h } from "./dom.ts";
import { createQuestion } from "./question.ts";
import type { Translate } from "./strings/index.ts";

/** The button and its question. `remove` rejects with a `Problem`. */
export function createRemoval(remove: () => Promise<void>, t: Translate): HTMLElement {
  const question = { title: t("removal.title"), text: t("removal.text"), yes: t("removal.button") };
  const dialog = createQuestion(question, remove, t);
  const open = h("button", { type: "button", class: "button quiet" }, t("removal.open"));
  open.addEventListener("click", () => dialog.showModal());
  return h("span", {}, open, dialog);
}
