/** How a video shall be analysed, behind a disclosure: the defaults serve most people. */

import type { JobOptions, Quality } from "./contract.ts";
import { h, setText } from "./dom.ts";
import type { Language } from "./format.ts";
import type { Translate } from "./strings/index.ts";

const QUALITIES: readonly Quality[] = ["low", "medium", "high", "ultra"];

/** Metres from the field's centimetres: undefined when empty, null when it is no height of an adult. */
export function readHeight(text: string): number | null | undefined {
  if (text.trim() === "") return undefined;
  const centimetres = Number(text.trim().replace(",", "."));
  return centimetres >= 120 && centimetres <= 230 ? centimetres / 100 : null;
}

/** `read` gives the options, or null after showing the reader what is wrong. */
export function createOptions(t: Translate, language: Language): { element: HTMLElement; read(): JobOptions | null } {
  const qualities = QUALITIES.map((quality) => {
    const radio = h("input", {
      type: "radio", name: "quality", value: quality, id: `quality-${quality}`, checked: quality === "medium",
      "aria-describedby": `quality-${quality}-hint`,
    });
    return { quality, radio, element: h("div", { class: "choice" }, radio,
      h("label", { for: radio.id }, t(`options.quality.${quality}`)),
      h("p", { id: `quality-${quality}-hint`, class: "hint" }, t(`options.quality.${quality}.hint`))) };
  });
  const height = h("input", {
    id: "height", inputmode: "numeric", autocomplete: "off", maxlength: 5, "aria-describedby": "height-hint height-fault",
  });
  const fault = h("p", { id: "height-fault", class: "fault", role: "alert" });
  const blur = h("input", { type: "checkbox", id: "blur", checked: true, "aria-describedby": "blur-hint" });
  const element = h("details", { class: "options" }, h("summary", {}, t("options.title")),
    h("fieldset", {}, h("legend", {}, t("options.quality")), ...qualities.map((choice) => choice.element)),
    h("div", { class: "field" }, h("label", { for: "height" }, t("options.height")),
      h("span", { class: "with-unit" }, height, h("span", { "aria-hidden": "true" }, t("options.height.unit"))),
      h("p", { id: "height-hint", class: "hint" }, t("options.height.hint")), fault),
    h("div", { class: "choice" }, blur, h("label", { for: "blur" }, t("options.blur")),
      h("p", { id: "blur-hint", class: "hint" }, t("options.blur.hint"))));
  const read = (): JobOptions | null => {
    const metres = readHeight(height.value);
    setText(fault, metres === null ? t("options.height.invalid") : "");
    height.setAttribute("aria-invalid", String(metres === null));
    if (metres === null) {
      element.open = true;
      height.focus();
      return null;
    }
    const quality = qualities.find((choice) => choice.radio.checked)?.quality ?? "medium";
    return { quality, blur_faces: blur.checked, language, ...(metres !== undefined && { height_m: metres }) };
  };
  return { element, read };
}
