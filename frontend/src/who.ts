/** Which person of the video to follow: the one seen most, a number in that order, or one pointed at. */

import type { PersonChoice } from "./contract.ts";
import { h, setText } from "./dom.ts";
import type { Language } from "./format.ts";
import { createPicture, type PictureDraft } from "./picture.ts";
import type { Translate } from "./strings/index.ts";

const WAYS = ["most", "number", "point"] as const;
type Way = (typeof WAYS)[number];

export interface WhoDraft {
  readonly way: Way;
  readonly rank: string;
  readonly picture: PictureDraft;
}

export interface WhoView {
  readonly element: HTMLElement;
  /** undefined: the person seen most. null after showing the reader what is wrong. */
  read(): PersonChoice | undefined | null;
  /** The video to point into; `gone` frees it. */
  look(file: File, gone: AbortSignal): void;
  /** Seconds of the video; Infinity where this browser cannot tell. */
  lengthS(): number;
  draft(): WhoDraft;
  /** Takes up what was chosen before, after `look`. */
  resume(draft: WhoDraft): void;
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
  // Pointing can be chosen again only once the video is there.
  let resumed: Way | null = null;
  const choose = (way: Way): void => {
    for (const { way: other, radio } of radios) radio.checked = other === way;
    show();
  };
  const allow = (possible: boolean): void => {
    if (!pointing) return;
    pointing.element.hidden = !possible;
    const way = possible ? (resumed ?? chosen()) : pointing.radio.checked ? "most" : chosen();
    if (possible) resumed = null;
    if (way !== chosen()) choose(way);
  };
  const show = (): void => {
    for (const way of WAYS) if (bodies[way]) bodies[way].hidden = chosen() !== way;
    setText(fault, "");
  };
  for (const { radio } of radios) radio.addEventListener("change", () => {
    resumed = null;
    show();
  });
  // Only where this browser can show the video.
  picture.video.addEventListener("loadeddata", () => allow(true));
  picture.video.addEventListener("error", () => {
    allow(false);
    if (resumed === null) return;
    resumed = null;
    show();
  });
  allow(false);
  const element = h("fieldset", { class: "who" }, h("legend", {}, t("who.title")),
    ...radios.flatMap(({ way, element: choice }) => [choice, bodies[way]]), fault);

  const refuse = (): null => {
    const way = resumed ?? chosen();
    setText(fault, t(way === "number" ? "who.rank.invalid" : "who.point.missing"));
    (way === "number" ? number : (pointing?.radio ?? number)).focus();
    return null;
  };
  const read = (): PersonChoice | undefined | null => {
    // The radios show another way until the video is there.
    if (resumed !== null) return refuse();
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
  return {
    element, read, look,
    lengthS: () => picture.video.duration || Infinity,
    draft: () => ({ way: resumed ?? chosen(), rank: number.value, picture: picture.draft() }),
    resume({ way, rank, picture: pointed }) {
      number.value = rank;
      picture.resume(pointed);
      if (way === "point") resumed = way;
      else choose(way);
    },
  };
}
