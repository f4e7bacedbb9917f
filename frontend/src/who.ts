/** Which person of the video to follow: the one seen most, a number in that order, or one pointed at. */

import type { PersonChoice } from "./contract.ts";
import { h, setText } from "./dom.ts";
import type { Language } from "./format.ts";
import { createPicture } from "./picture.ts";
import type { Translate } from "./strings/index.ts";

const WAYS = ["most", "number", "point"] as const;
type Way = (typeof WAYS)[number];

export interface WhoView {
  readonly element: HTMLElement;
  /** undefined: the person seen most. null after showing the reader what is wrong. */
  read(): PersonChoice | undefined | null;
  /** The video to point into; `gone` frees it. */
  look(file: File, gone: AbortSignal): void;
}

export function createWho(t: Translate, language: Language): WhoView {
  const fault = h("p", { id: "who-fault", class: "fault", role: "alert" });
  const number = h("input", { type: "text", id: "who-rank", inputmode: "numeric", autocomplete: "off", maxlength: 3,
    "aria-describedby": "who-fault" });
  const picture = createPicture({
    t, language, prefix: "who", label: t("who.picture"), most: 1, changed: () => setText(fault, ""),
  });
  const bodies: Readonly<Record<Way, HTMLElement | null>> = {
    most: null,
    number: h("div", { class: "field", hidden: true }, h("label", { for: "who-rank" }, t("who.rank")),
      h("span", { class: "with-unit" }, number)),
    point: h("div", { hidden: true }, picture.element),
  };
  const radios = WAYS.map((way) => {
    const radio = h("input", { type: "radio", name: "who", value: way, id: `who-${way}`, checked: way === "most" });
    const element = h("div", { class: "choice" }, radio, h("label", { for: radio.id }, t(`who.${way}`)));
    return { way, radio, element };
  });
  const chosen = (): Way => radios.find(({ radio }) => radio.checked)?.way ?? "most";
  const pointing = radios.find(({ way }) => way === "point");
  const allow = (possible: boolean): void => {
    if (!pointing) return;
    pointing.element.hidden = !possible;
    if (possible || !pointing.radio.checked) return;
    (radios[0] as (typeof radios)[number]).radio.checked = true;
    show();
  };
  const show = (): void => {
    for (const way of WAYS) if (bodies[way]) bodies[way].hidden = chosen() !== way;
    setText(fault, "");
  };
  for (const { radio } of radios) radio.addEventListener("change", show);
  // Only where this browser can show the video.
  picture.video.addEventListener("loadeddata", () => allow(true));
  picture.video.addEventListener("error", () => allow(false));
  allow(false);
  const element = h("fieldset", { class: "who" }, h("legend", {}, t("who.title")),
    ...radios.flatMap(({ way, element: choice }) => [choice, bodies[way]]), fault);

  const refuse = (): null => {
    setText(fault, t(chosen() === "number" ? "who.rank.invalid" : "who.point.missing"));
    (chosen() === "number" ? number : (pointing?.radio ?? number)).focus();
    return null;
  };
  const read = (): PersonChoice | undefined | null => {
    if (chosen() === "most") return undefined;
    const rank = Number(number.value);
    if (chosen() === "number") return Number.isInteger(rank) && rank >= 1 ? rank - 1 : refuse();
    const [place] = picture.places();
    return place ? { time_s: picture.seconds(), ...place } : refuse();
  };
  const look = (file: File, gone: AbortSignal): void => {
    const address = URL.createObjectURL(file);
    picture.clear();
    allow(false);
    picture.video.src = address;
    gone.addEventListener("abort", () => {
      picture.video.removeAttribute("src");
      URL.revokeObjectURL(address);
    }, { once: true });
  };
  return { element, read, look };
}
