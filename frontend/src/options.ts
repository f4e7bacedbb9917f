/** How a video shall be analysed and what it cannot tell, each behind a disclosure: the defaults serve most people. */

import type { Problem } from "./api.ts";
import type { JobOptions, Quality } from "./contract.ts";
import { h } from "./dom.ts";
import type { Language } from "./format.ts";
import { faultsOf } from "./inputs/check.ts";
import { createForm, type FormDraft } from "./inputs/form.ts";
import { TOLD } from "./inputs/spec.ts";
import type { Translate } from "./strings/index.ts";
import { createWho, type WhoDraft } from "./who.ts";

const QUALITIES: readonly Quality[] = ["low", "medium", "high", "ultra"];

export interface OptionsDraft {
  readonly open: { readonly options: boolean; readonly told: boolean };
  readonly quality: Quality;
  readonly blur: boolean;
  readonly who: WhoDraft;
  readonly told: FormDraft;
}

export interface OptionsView {
  readonly elements: readonly HTMLElement[];
  /** The options, or null after showing the reader what is wrong. */
  read(): JobOptions | null;
  /** Shows what the service refused at the fields; false where it concerns none of them. */
  tell(problem: Problem): boolean;
  /** The video, to point at a person; `gone` frees it. */
  look(file: File, gone: AbortSignal): void;
  draft(): OptionsDraft;
  /** Takes up what was chosen and typed before, after `look`. */
  resume(draft: OptionsDraft): void;
}

export function createOptions(t: Translate, language: Language): OptionsView {
  const qualities = QUALITIES.map((quality) => {
    const radio = h("input", {
      type: "radio", name: "quality", value: quality, id: `quality-${quality}`, checked: quality === "medium",
      "aria-describedby": `quality-${quality}-hint`,
    });
    return { quality, radio, element: h("div", { class: "choice" }, radio,
      h("label", { for: radio.id }, t(`options.quality.${quality}`)),
      h("p", { id: `quality-${quality}-hint`, class: "hint" }, t(`options.quality.${quality}.hint`))) };
  });
  const blur = h("input", { type: "checkbox", id: "blur", checked: true, "aria-describedby": "blur-hint" });
  const who = createWho(t, language);
  const form = createForm(TOLD, { t, language, prefix: "told", now: () => Date.now(), lengthS: () => who.lengthS() });
  const options = h("details", { class: "options", id: "options" }, h("summary", {}, t("options.title")),
    h("fieldset", {}, h("legend", {}, t("options.quality")), ...qualities.map((choice) => choice.element)), who.element,
    h("div", { class: "choice blur" }, blur, h("label", { for: "blur" }, t("options.blur")),
      h("p", { id: "blur-hint", class: "hint" }, t("options.blur.hint"))));
  const told = h("details", { class: "options", id: "told" }, h("summary", {}, t("inputs.title")),
    h("p", { class: "hint about" }, t("inputs.about")), form.element);

  const quality = (): Quality => qualities.find((choice) => choice.radio.checked)?.quality ?? "medium";
  const read = (): JobOptions | null => {
    const person = who.read();
    if (person === null) options.open = true;
    const inputs = form.read();
    if (inputs === null || person === null) return null;
    return { quality: quality(), blur_faces: blur.checked, language, inputs, ...(person !== undefined && { person }) };
  };
  const tell = (problem: Problem): boolean => {
    const faults = faultsOf(problem);
    return faults.length > 0 && form.tell(faults).length === 0;
  };
  return {
    elements: [options, told], read, tell, look: (file, gone) => who.look(file, gone),
    draft: () => ({
      open: { options: options.open, told: told.open }, quality: quality(), blur: blur.checked, who: who.draft(),
      told: form.draft(),
    }),
    resume(draft) {
      ({ options: options.open, told: told.open } = draft.open);
      for (const choice of qualities) choice.radio.checked = choice.quality === draft.quality;
      blur.checked = draft.blur;
      who.resume(draft.who);
      form.resume(draft.told);
    },
  };
}
