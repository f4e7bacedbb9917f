/** A question before something that cannot be taken back. */

import { createAction } from "./action.ts";
import { h } from "./dom.ts";
import type { Translate } from "./strings/index.ts";

export interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button says that does it. */
  readonly yes: string;
}

/** A dialog still to be shown. `act` rejects with a `Problem`. */
export function createQuestion({ title, text, yes }: Question, act: () => Promise<void>, t: Translate): HTMLDialogElement {
  const keep = h("button", { type: "button", class: "button quiet" }, t("question.keep"));
  const dialog = h("dialog", { class: "card question", "aria-label": title },
    h("h2", {}, title), h("p", {}, text),
    h("div", { class: "question-choice" }, keep, createAction(yes, "button danger", act, t).element));
  keep.addEventListener("click", () => dialog.close());
  return dialog;
}
