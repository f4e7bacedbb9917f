/** Choosing a stretch of the clip on the chart, by dragging or by keyboard. */

/** Seconds of the video, to a tenth. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

const SHORTEST_S = 0.1;

/** From whichever end it was begun; null where it is no stretch. */
export function stretchOf(one: number, other: number): Stretch | null {
  const [start, end] = [Math.min(one, other), Math.max(one, other)].map((seconds) => Math.round(seconds * 10) / 10);
  return start !== undefined && end !== undefined && end - start >= SHORTEST_S ? { start, end } : null;
}

/**
 * Gives a function that asks for one stretch: a drag from end to end, or Enter at each end; Escape answers null. Until then
 * the chart's own dragging rests. `mark` shows the stretch while it grows.
 */
export function listenForStretch(
  slider: HTMLElement, secondsAt: (clientX: number) => number, now: () => number, mark: (stretch: Stretch | null) => void,
): (chosen: (stretch: Stretch | null) => void) => void {
  let wanted: ((stretch: Stretch | null) => void) | null = null;
  let from: number | null = null;

  const finish = (stretch: Stretch | null): void => {
    const tell = wanted;
    wanted = from = null;
    mark(null);
    slider.classList.remove("choosing");
    tell?.(stretch);
  };
  const close = (to: number): void => {
    const stretch = stretchOf(from ?? to, to);
    from = null;
    // A click is no stretch; it may have been meant as the start of one.
    if (stretch) finish(stretch);
    else mark(null);
  };
  const grow = (to: number): void => void (from !== null && mark(stretchOf(from, to)));
  // In the capture phase: before the chart moves the video.
  const capture = { capture: true };
  slider.addEventListener("pointerdown", (event) => {
    if (!wanted) return;
    event.stopImmediatePropagation();
    slider.setPointerCapture(event.pointerId);
    from = secondsAt(event.clientX);
  }, capture);
  slider.addEventListener("pointermove", (event) => {
    if (!wanted || !slider.hasPointerCapture(event.pointerId)) return;
    event.stopImmediatePropagation();
    grow(secondsAt(event.clientX));
  }, capture);
  slider.addEventListener("pointerup", (event) => void (wanted && from !== null && close(secondsAt(event.clientX))));
  slider.addEventListener("keydown", (event) => {
    if (!wanted || !["Escape", "Enter"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Escape") finish(null);
    else if (from === null) from = now();
    else close(now());
  });
  // By then the key has moved the playhead.
  slider.addEventListener("keyup", () => void (wanted && grow(now())));
  return (chosen) => {
    finish(null);
    wanted = chosen;
    slider.classList.add("choosing");
    slider.focus();
  };
}
