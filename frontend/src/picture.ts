/** A still of a video in which places can be pointed at, by pointer or by keyboard. */

import { h, setText, svg } from "./dom.ts";
import { formatMoment, type Language } from "./format.ts";
import type { Translate } from "./strings/index.ts";

/** Fractions of the upright picture, from its left and its top. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface PictureContext {
  readonly t: Translate;
  readonly language: Language;
  /** Makes ids unique on the page. */
  readonly prefix: string;
  /** What is to be pointed at. */
  readonly label: string;
  /** So many places; one more starts over. */
  readonly most: number;
  readonly changed: () => void;
}

export interface PictureDraft {
  readonly places: readonly Place[];
  /** null while no still was shown. */
  readonly seconds: number | null;
}

export interface Picture {
  readonly element: HTMLElement;
  readonly video: HTMLVideoElement;
  places(): readonly Place[];
  /** Seconds of the video that the still shows. */
  seconds(): number;
  clear(): void;
  draft(): PictureDraft;
  /** Takes up what was pointed at before; the still follows once the video is there. */
  resume(draft: PictureDraft): void;
}

const MIDDLE: Place = { x: 0.5, y: 0.5 };
/** So that a picture on its edge still fits the window. */
const HIGHEST_VH = 60;
const STEP = 0.01;
const LONG_STEP = 0.05;
const MOMENT_S = 0.1;

export function createPicture({ t, language, prefix, label, most, changed }: PictureContext): Picture {
  let places: readonly Place[] = [];
  let resumed: number | null = null;
  const video = h("video", { muted: true, playsinline: true, preload: "auto", tabindex: -1, "aria-hidden": "true" });
  const marks = svg("svg", { class: "picture-marks", "aria-hidden": "true", focusable: "false" });
  const said = h("p", { class: "hint", role: "status" });
  const surface = h("div", { class: "picture-surface", tabindex: 0, role: "application", "aria-label": label,
    "aria-describedby": `${prefix}-how` }, video, marks);
  const draw = (cross: Place): void => marks.replaceChildren(...drawMarks(places, cross));
  const put = (place: Place): void => {
    places = places.length >= most ? [place] : [...places, place];
    draw(place);
    const [x = 0, y = 0] = [place.x, place.y].map((part) => Math.round(part * 100));
    setText(said, t("picture.set", { number: places.length, x, y }));
    changed();
  };
  const clear = (): void => {
    places = [];
    setText(said, "");
    draw(MIDDLE);
  };
  // The very first frame is often black.
  const first = (): number => resumed ?? Math.min(1, video.duration / 3);
  const moment = createMoment(video, `${prefix}-moment`, t, language, first, () => {
    // What was pointed at has moved on.
    if (places.length === 0) return;
    clear();
    changed();
  });
  listenForPlaces(surface, draw, put);
  video.addEventListener("loadedmetadata", () => {
    surface.style.maxWidth = `${(HIGHEST_VH * video.videoWidth) / video.videoHeight}vh`;
  });
  draw(MIDDLE);
  const element = h("div", { class: "picture" }, h("p", { id: `${prefix}-how`, class: "hint" }, t("picture.how")), surface,
    moment, said);
  return {
    element, video, places: () => places, seconds: () => video.currentTime, clear,
    draft: () => ({ places, seconds: video.readyState > 0 ? video.currentTime : resumed }),
    resume(draft) {
      ({ places, seconds: resumed } = draft);
      draw(places.at(-1) ?? MIDDLE);
    },
  };
}

/** Dark below light: seen on every picture. */
function drawMarks(places: readonly Place[], cross: Place): readonly SVGElement[] {
  const at = (part: number): string => `${part * 100}%`;
  const [first, second] = places;
  const line = first && second ? { x1: at(first.x), y1: at(first.y), x2: at(second.x), y2: at(second.y) } : null;
  const ring = { cx: at(cross.x), cy: at(cross.y), r: 10 };
  return [
    ...(line ? [svg("line", { ...line, class: "shade" }), svg("line", line)] : []),
    ...places.map((place) => svg("circle", { class: "picture-place", cx: at(place.x), cy: at(place.y), r: 6 })),
    svg("g", { class: "picture-cross" }, svg("circle", { ...ring, class: "shade" }), svg("circle", ring)),
  ];
}

/** `move` shows where the keyboard points, `put` sets a place. */
function listenForPlaces(surface: HTMLElement, move: (cross: Place) => void, put: (place: Place) => void): void {
  let cross = MIDDLE;
  surface.addEventListener("pointerdown", (event) => {
    const box = surface.getBoundingClientRect();
    cross = { x: inside((event.clientX - box.left) / box.width), y: inside((event.clientY - box.top) / box.height) };
    put(cross);
  });
  surface.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? LONG_STEP : STEP;
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step], Enter: [0, 0], " ": [0, 0],
    };
    const by = moves[event.key];
    if (!by) return;
    event.preventDefault();
    cross = { x: inside(cross.x + by[0]), y: inside(cross.y + by[1]) };
    if (by[0] === 0 && by[1] === 0) put(cross);
    else move(cross);
  });
}

/** The slider that chooses the still, at first the one at `first`; `moved` hears of every change. */
function createMoment(
  video: HTMLVideoElement, id: string, t: Translate, language: Language, first: () => number, moved: () => void,
): HTMLElement {
  const slider = h("input", { type: "range", id, min: 0, max: 0, step: MOMENT_S, value: 0 });
  const shown = h("output", { for: id });
  const show = (): void => {
    video.currentTime = Number(slider.value);
    const text = formatMoment(Number(slider.value), language);
    setText(shown, text);
    slider.setAttribute("aria-valuetext", text);
  };
  slider.addEventListener("input", () => {
    show();
    moved();
  });
  video.addEventListener("loadedmetadata", () => {
    slider.max = String(Math.max(video.duration - MOMENT_S, 0));
    // A still shows only once the video was moved.
    slider.value = String(first());
    show();
  });
  return h("div", { class: "picture-moment" }, h("label", { for: id }, t("picture.moment")), slider, shown);
}

function inside(part: number): number {
  return Math.min(Math.max(part, 0), 1);
}
