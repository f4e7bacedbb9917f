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

export interface Picture {
  readonly element: HTMLElement;
  readonly video: HTMLVideoElement;
  places(): readonly Place[];
  /** Seconds of the video that the still shows. */
  seconds(): number;
  clear(): void;
}

const STEP = 0.01;
const LONG_STEP = 0.05;
const MOMENT_S = 0.1;

export function createPicture({ t, language, prefix, label, most, changed }: PictureContext): Picture {
  let places: readonly Place[] = [];
  let cross: Place = { x: 0.5, y: 0.5 };
  const video = h("video", { muted: true, playsinline: true, preload: "auto", tabindex: -1, "aria-hidden": "true" });
  const marks = svg("svg", { class: "picture-marks", "aria-hidden": "true", focusable: "false" });
  const said = h("p", { class: "hint", role: "status" });
  const surface = h("div", { class: "picture-surface", tabindex: 0, role: "application", "aria-label": label,
    "aria-describedby": `${prefix}-how` }, video, marks);
  const moment = h("input", { type: "range", id: `${prefix}-moment`, min: 0, max: 0, step: MOMENT_S, value: 0 });
  const shown = h("output", { for: moment.id });

  const draw = (): void => {
    const at = (share: number): string => `${share * 100}%`;
    const [first, second] = places;
    marks.replaceChildren(
      ...(first && second ? [svg("line", { x1: at(first.x), y1: at(first.y), x2: at(second.x), y2: at(second.y) })] : []),
      ...places.map((place) => svg("circle", { cx: at(place.x), cy: at(place.y), r: 6 })),
      svg("circle", { class: "picture-cross", cx: at(cross.x), cy: at(cross.y), r: 10 }));
  };
  const put = (place: Place): void => {
    places = places.length >= most ? [place] : [...places, place];
    cross = place;
    draw();
    const [x, y] = [place.x, place.y].map((share) => Math.round(share * 100));
    setText(said, t("picture.set", { number: places.length, x: x ?? 0, y: y ?? 0 }));
    changed();
  };
  const clear = (): void => {
    places = [];
    setText(said, "");
    draw();
  };
  surface.addEventListener("pointerdown", (event) => {
    const box = surface.getBoundingClientRect();
    put({ x: share((event.clientX - box.left) / box.width), y: share((event.clientY - box.top) / box.height) });
  });
  surface.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? LONG_STEP : STEP;
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step], Enter: [0, 0], " ": [0, 0],
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    cross = { x: share(cross.x + move[0]), y: share(cross.y + move[1]) };
    if (move[0] === 0 && move[1] === 0) put(cross);
    else draw();
  });
  moment.addEventListener("input", () => {
    video.currentTime = Number(moment.value);
    tellMoment();
    // What was pointed at has moved on.
    if (places.length > 0) {
      clear();
      changed();
    }
  });
  const tellMoment = (): void => {
    const text = formatMoment(Number(moment.value), language);
    setText(shown, text);
    moment.setAttribute("aria-valuetext", text);
  };
  video.addEventListener("loadedmetadata", () => {
    const start = Math.min(1, video.duration / 3);
    moment.max = String(Math.max(video.duration - MOMENT_S, 0));
    moment.value = String(start);
    // The very first frame is often black; and a still shows only once the video was moved.
    video.currentTime = start;
    surface.style.maxWidth = `${(60 * video.videoWidth) / video.videoHeight}vh`;
    tellMoment();
  });
  draw();
  const element = h("div", { class: "picture" }, h("p", { id: `${prefix}-how`, class: "hint" }, t("picture.how")), surface,
    h("div", { class: "picture-moment" }, h("label", { for: moment.id }, t("picture.moment")), moment, shown), said);
  return { element, video, places: () => places, seconds: () => video.currentTime, clear };
}

function share(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
