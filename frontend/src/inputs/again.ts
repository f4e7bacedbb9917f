/** Judging a finished analysis again: the form filled with what it used, and the button. */

import { createAction } from "../action.ts";
import { Problem } from "../api.ts";
import { h, setText } from "../dom.ts";
import { isKey, type Translate } from "../strings/index.ts";
import { faultsOf, type Inputs } from "./check.ts";
import { createForm, type InputsForm } from "./form.ts";
import type { PickStretch } from "./rows.ts";
import { LOGGED, TOLD } from "./spec.ts";

export interface AgainContext {
  readonly t: Translate;
  readonly now: () => number;
  readonly pick: PickStretch;
  /** Rejects with a `Problem`. */
  readonly judge: (inputs: Inputs) => Promise<void>;
}

export interface Again {
  readonly element: HTMLElement;
  readonly form: InputsForm;
  /** Takes what an `analysis.json` says that was entered and what was assumed. */
  show(analysis: unknown): void;
  open(): void;
}

/** A changed height would need the video: the body was recovered with it. */
const LOCKED = ["person.height_m"];

export function createAgain({ t, now, pick, judge }: AgainContext): Again {
  const form = createForm([...LOGGED, ...TOLD], { t, prefix: "again", now, locked: LOCKED, pick });
  const assumed = h("p", { class: "hint" });
  const action = createAction(t("again.button"), "button primary", async () => {
    const inputs = form.read();
    if (inputs === null) throw new Problem(0, "see_fields", "");
    try {
      await judge(inputs);
    } catch (error) {
      const told = error instanceof Problem ? faultsOf(error) : [];
      throw told.length > 0 && form.tell(told).length === 0 ? new Problem(0, "see_fields", "") : error;
    }
  }, t);
  const details = h("details", { class: "options again" }, h("summary", {}, t("again.open")),
    h("p", { class: "hint about" }, t("again.about")), assumed, form.element, action);
  return {
    element: details, form,
    show(analysis) {
      const { inputs = {}, assumed: names = [] } = analysis as { inputs?: Inputs; assumed?: readonly string[] };
      form.show(inputs);
      const words = names.map((name) => `assumed.${name}`).filter(isKey).map((key) => t(key));
      setText(assumed, words.length > 0 ? t("inputs.assumed", { names: words.join(", ") }) : "");
    },
    open() {
      details.open = true;
      details.scrollIntoView({ block: "start" });
    },
  };
}
