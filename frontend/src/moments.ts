/** The worst moments of the clip, method by method, each a way into the video. */

import { h } from "./dom.ts";
import { formatMoment, type Language } from "./format.ts";
import { methodOf, tellMoment, type Moment } from "./moment-words.ts";
import type { Translate } from "./strings/index.ts";

/** The first of each subject in `worst_moments`, which lists the worst first. */
export function readMoments(analysis: unknown): readonly Moment[] {
  const stored = (analysis as { worst_moments?: readonly Moment[] }).worst_moments ?? [];
  const found = new Map<string, Moment>();
  for (const moment of stored.map((found) => ({ ...found, values: found.values ?? {} }))) {
    const subject = subjectOf(moment);
    if (!found.has(subject)) found.set(subject, moment);
  }
  return [...found.values()];
}

/** `seek` is called with the second to show. */
export function createMoments(
  moments: readonly Moment[], seek: (seconds: number) => void, t: Translate, language: Language,
): HTMLElement {
  const methods = [...new Set(moments.map((moment) => moment.method))];
  return h("div", { class: "moments" }, ...methods.map((method) => h("div", { class: "moments-of" },
    h("h3", {}, methodOf(method, t)),
    h("ul", { "data-method": method }, ...moments.filter((moment) => moment.method === method).map((moment) =>
      createMoment(moment, seek, t, language))))));
}

/** Moments of one subject tell more or less of the same: of a part one hold, one refusal, of a track one peak. */
function subjectOf({ method, part, side, sentence, values }: Moment): string {
  switch (sentence) {
    case "peak_of_track": return `${method} ${sentence} ${values["track"]}`;
    case "hold_past_limit": case "hold_not_recommended": case "movement_refused": return `${method} ${part} ${side}`;
    case "lift": case "lift_impossible": return method;
    default: return `${method} ${sentence} ${part} ${side}`;
  }
}

function createMoment(
  moment: Moment, seek: (seconds: number) => void, t: Translate, language: Language,
): HTMLElement {
  const { subject, value } = tellMoment(moment, t, language);
  return h("li", {}, h("button", { type: "button", class: "moment", onclick: () => seek(moment.time_s) },
    h("span", { class: "moment-time" }, formatMoment(moment.time_s, language)),
    h("span", { class: "moment-words" },
      h("span", { class: "moment-subject" }, subject), " ", h("span", { class: "moment-value" }, value))));
}
