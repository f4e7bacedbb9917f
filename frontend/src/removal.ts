/** Erasing a job for good, after asking. */

import { createAction } from "./action.ts";
import { h } from "./dom.ts";
import type { Translate } from "./strings/index.ts";

/** The button and its question. `remove` rejects with a `Problem`. */
export function createRemoval(remove: () => Promise<void>, t: Translate): HTMLElement {
  const keep = h("button", { type: "button", class: "button quiet" }, t("removal.keep"));
  const dialog = h("dialog", { class: "card removal", "aria-labelledby": "removal-title" },
    h("h2", { id: "removal-title" }, t("removal.title")), h("p", {}, t("removal.text")),
    h("div", { class: "removal-choice" }, keep, createAction(t("removal.button"), "button danger", remove, t).element));
  keep.addEventListener("click", () => dialog.close());
  const open = h("button", { type: "button", class: "button quiet" }, t("removal.open"));
  open.addEventListener("click", () => dialog.showModal());
  return h("span", {}, open, dialog);
}
