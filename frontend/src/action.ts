/** A button that asks the service for something and says so when it was refused. */

import { Problem } from "./api.ts";
import { h, keepFocus, setText } from "./dom.ts";
import { sentenceOf } from "./problem.ts";
import type { Translate } from "./strings/index.ts";

export interface Action {
  readonly element: HTMLElement;
  /** Does `act` as if the button had been pressed for it. */
  run(act: () => Promise<void>): void;
}

/** `act` rejects with a `Problem`; the button rests while it runs. */
export function createAction(label: string, style: string, act: () => Promise<void>, t: Translate): Action {
  const fault = h("span", { class: "fault", role: "alert" });
  const button = h("button", { type: "button", class: style }, label);
  const run: Action["run"] = (asked) => {
    button.disabled = true;
    setText(fault, "");
    asked()
      .catch((error: unknown) => {
        const problem = error instanceof Problem ? error : new Problem(0, "unexpected", "");
        setText(fault, sentenceOf(problem, t));
      })
      .finally(() => {
        button.disabled = false;
        keepFocus(button);
      });
  };
  button.addEventListener("click", () => run(act));
  return { element: h("span", { class: "action" }, button, fault), run };
}
