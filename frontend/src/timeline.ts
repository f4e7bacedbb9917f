/** The angles over time as four lanes; shows where the video is, and moves it. */

import { extent, nearest, PARTS, thin, type Angles, type Part } from "./angles.ts";
import { h, setText, svg } from "./dom.ts";
import { formatClock, formatDegrees, formatMoment, type Language } from "./format.ts";
import { listenForStretch, type Stretch } from "./stretch.ts";
import type { Translate } from "./strings/index.ts";
import { LIMITS, severityOf } from "./zones.ts";

const LANE = 76;
const GAP = 14;
const FEET = 22;
const AXIS = 40;
const STEP_S = 0.1;
const LONG_STEP_S = 1;
/** Labels nearer to each other than this run into one. */
const LABEL_PX = 12;

export interface Timeline {
  readonly element: HTMLElement;
  /** Moves the playhead. */
  show(seconds: number): void;
  /** Lets the next drag choose a stretch instead of moving the video. */
  choose(chosen: (stretch: Stretch | null) => void): void;
}

interface Lane {
  readonly part: Part;
  readonly value: HTMLElement;
  /** Name and value inside the lane, for narrow pages that have no room beside it. */
  readonly inside: SVGTextElement;
  readonly top: number;
  readonly low: number;
  readonly high: number;
}

/** `seek` is called with the second the reader points at. */
export function createTimeline(
  angles: Angles, duration: number, seek: (seconds: number) => void, t: Translate, language: Language,
): Timeline {
  const lanes = PARTS.map((part, index) => createLane(part, index, angles));
  const height = lanes.length * (LANE + GAP) - GAP + FEET;
  const picture = svg("svg", { class: "timeline-picture", height, "aria-hidden": "true", focusable: "false" });
  const head = svg("line", { class: "playhead", y1: 0, y2: height - FEET + 4 });
  const slider = h("div", {
    class: "timeline-slider", role: "slider", tabindex: 0, "aria-label": t("timeline.label"), "aria-valuemin": 0,
    "aria-valuemax": duration.toFixed(1),
  }, picture);
  const labels = h("div", { class: "timeline-labels", "aria-hidden": "true" }, ...lanes.map((lane) => labelOf(lane, t)));
  const element = h("div", { class: "timeline" }, labels, slider);
  const band = svg("rect", { class: "stretch", y: 0, height: height - FEET, width: 0 });
  let width = 0;
  let now = 0;

  const x = (seconds: number): number => AXIS + (seconds / duration) * Math.max(width - AXIS - 1, 1);
  const show = (seconds: number): void => {
    now = Math.min(Math.max(seconds, 0), duration);
    head.setAttribute("x1", String(x(now)));
    head.setAttribute("x2", String(x(now)));
    const index = nearest(angles.times, now);
    const texts = lanes.map(({ part, value, inside }) => {
      const degrees = index < 0 ? Number.NaN : (angles.signals[part][index] as number);
      setText(value, formatDegrees(degrees, language));
      setText(inside, `${t(`part.${part}`)} ${formatDegrees(degrees, language)}`);
      value.dataset["severity"] = Number.isNaN(degrees) ? "unseen" : String(severityOf(part, degrees));
      return `${t(`part.${part}`)} ${formatDegrees(degrees, language)}`;
    });
    slider.setAttribute("aria-valuenow", now.toFixed(1));
    slider.setAttribute("aria-valuetext", t("timeline.value", { time: formatMoment(now, language), values: texts.join(", ") }));
  };
  const draw = (): void => {
    width = slider.clientWidth;
    // Not shown yet.
    if (width === 0) return;
    picture.setAttribute("width", String(width));
    picture.replaceChildren(
      ...lanes.flatMap((lane) => drawLane(lane, angles, width, x)), ...drawTimes(duration, width, height, x), band, head,
    );
    show(now);
  };
  const move = (seconds: number): void => {
    const target = Math.min(Math.max(seconds, 0), duration);
    show(target);
    seek(target);
  };
  const secondsAt = (clientX: number): number => {
    const left = slider.getBoundingClientRect().left + AXIS;
    const seconds = ((clientX - left) / Math.max(width - AXIS - 1, 1)) * duration;
    return Math.min(Math.max(seconds, 0), duration);
  };
  const choose = listenForStretch(slider, secondsAt, () => now, (stretch) => {
    band.setAttribute("x", String(x(stretch?.start ?? 0)));
    band.setAttribute("width", String(stretch ? x(stretch.end) - x(stretch.start) : 0));
  });
  listen(slider, () => now, duration, move, secondsAt);
  new ResizeObserver(draw).observe(slider);
  return { element, show, choose };
}

function createLane(part: Part, index: number, angles: Angles): Lane {
  const [low, high] = extent(angles.signals[part]);
  const { back, middle, far } = LIMITS[part];
  return {
    part,
    value: h("span", { class: "timeline-value" }),
    inside: svg("text", { class: "inside", x: AXIS + 6, y: index * (LANE + GAP) + 14 }),
    top: index * (LANE + GAP),
    low: Math.min(back - 5, Number.isNaN(low) ? back : low - 5),
    high: Math.max(middle + 10, Number.isNaN(high) ? far : high + 5),
  };
}

function labelOf(lane: Lane, t: Translate): HTMLElement {
  return h("div", { class: "timeline-label", "data-part": lane.part },
    h("span", { class: "timeline-part" }, t(`part.${lane.part}`)),
    h("span", { class: "timeline-signal" }, t(`part.${lane.part}.signal`)), lane.value);
}

function drawLane(lane: Lane, angles: Angles, width: number, x: (seconds: number) => number): SVGElement[] {
  const { back, middle, far } = LIMITS[lane.part];
  const y = (degrees: number): number =>
    lane.top + LANE - ((degrees - lane.low) / (lane.high - lane.low)) * LANE;
  const clip = (degrees: number): number => Math.min(Math.max(degrees, lane.low), lane.high);
  const edges = [[lane.low, back, 2], [back, middle, 0], [middle, far, 1], [far, lane.high, 2]] as const;
  const bands = edges
    .filter(([from, to]) => clip(to) > clip(from))
    .map(([from, to, severity]) => svg("rect", {
      class: `band severity-${severity}`, x: AXIS, width: Math.max(width - AXIS, 0), y: y(clip(to)),
      height: y(clip(from)) - y(clip(to)),
    }));
  // The end of the acceptable zone matters most.
  const marks = apart([middle, back, far].filter((degrees) => degrees > lane.low && degrees < lane.high), y)
    .map((degrees) => svg("text", { class: "mark", x: AXIS - 6, y: y(degrees) + 4 }, `${degrees}°`.replace("-", "−")));
  const runs = thin(angles.times, angles.signals[lane.part], Math.max(Math.round(width), 1));
  const path = runs
    .map((run) => run.map((point, index) => `${index ? "L" : "M"}${x(point.time).toFixed(1)} ${y(point.value).toFixed(1)}`)
      .join("") + (run.length === 1 ? "h1" : ""))
    .join("");
  const unseen = svg("rect", {
    class: "unseen", x: AXIS, y: lane.top, width: Math.max(width - AXIS, 0), height: LANE, fill: "url(#pattern-unseen)",
  });
  // A sample stands for half the way to each neighbour.
  const half = ((angles.times.at(-1) ?? 0) - (angles.times[0] ?? 0)) / Math.max(angles.times.length - 1, 1) / 2;
  const end = Math.max(width, AXIS);
  const seen = runs.map((run) => {
    const from = Math.max(x((run[0]?.time ?? 0) - half), AXIS);
    const to = Math.min(Math.max(x((run.at(-1)?.time ?? 0) + half), from + 1), end);
    return svg("rect", { class: "seen", x: from, y: lane.top, width: to - from, height: LANE });
  });
  return [unseen, ...seen, ...bands, ...marks, svg("path", { class: "curve", d: path }), lane.inside];
}

/** Those of `marks` that leave room for those before them. */
export function apart(marks: readonly number[], y: (mark: number) => number): readonly number[] {
  return marks.reduce<readonly number[]>(
    (kept, mark) => kept.every((other) => Math.abs(y(other) - y(mark)) >= LABEL_PX) ? [...kept, mark] : kept, []);
}

/** About one label for every 90 pixels, at round times. */
function drawTimes(duration: number, width: number, height: number, x: (seconds: number) => number): SVGElement[] {
  const wanted = duration / Math.max(width / 90, 1);
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
  const step = steps.find((candidate) => candidate >= wanted) ?? 3600;
  const marks: SVGElement[] = [];
  for (let seconds = 0; seconds <= duration; seconds += step) {
    const atEnd = x(seconds) > width - 24;
    marks.push(
      svg("line", { class: "tick", x1: x(seconds), x2: x(seconds), y1: height - FEET, y2: height - FEET + 4 }),
      svg("text", { class: "time", x: x(seconds), y: height - 3, "text-anchor": atEnd ? "end" : "middle" }, formatClock(seconds)),
    );
  }
  return marks;
}

function listen(
  slider: HTMLElement, now: () => number, duration: number, move: (seconds: number) => void,
  secondsAt: (clientX: number) => number,
): void {
  slider.addEventListener("pointerdown", (event) => {
    slider.setPointerCapture(event.pointerId);
    move(secondsAt(event.clientX));
  });
  slider.addEventListener("pointermove", (event) => {
    if (slider.hasPointerCapture(event.pointerId)) move(secondsAt(event.clientX));
  });
  slider.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? LONG_STEP_S : STEP_S;
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: now() - step, ArrowDown: now() - step, ArrowRight: now() + step, ArrowUp: now() + step,
      PageDown: now() - duration / 20, PageUp: now() + duration / 20, Home: 0, End: duration,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    move(target);
  });
}
