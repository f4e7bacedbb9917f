/** A button that asks the service for something and says so when it was refused. */

import { Problem } from "./api.ts";
import { h, setText } from "./dom.ts";
import { sentenceOf } from "./problem.ts";
import type { Translate } from "./strings/index.ts";

/** `act` rejects with a `Problem`; the button rests while it runs. */
export function createAction(label: string, style: string, act: () => Promise<void>, t: Translate): HTMLElement {
  const fault = h("span", { class: "fault", role: "alert" });
  const button = h("button", { type: "button", class: style }, label);
  button.addEventListener("click", () => {
    button.disabled = true;
    setText(fault, "");
    act()
      .catch((error: unknown) => {
        const problem = error instanceof Problem ? error : new Problem(0, "unexpected", "");
        setText(fault, sentenceOf(problem, t));
      })
      .finally(() => (button.disabled = false));
  });
  return h("span", { class: "action" }, button, fault);
}
