/** The resulting video and the chart that follows it. */

import type { Angles } from "./angles.ts";
import type { VideoFacts } from "./contract.ts";
import { h, setText } from "./dom.ts";
import type { Language } from "./format.ts";
import type { PickStretch } from "./inputs/rows.ts";
import type { LinkActions, LinkedFile } from "./links.ts";
import type { Translate } from "./strings/index.ts";
import { createTimeline, type Timeline } from "./timeline.ts";

export interface Player {
  readonly element: HTMLElement;
  readonly video: HTMLVideoElement;
  /** `coming` keeps the video's place while it is being drawn. */
  update(file: LinkedFile | undefined, facts: VideoFacts | undefined, coming: boolean): void;
}

export function createPlayer(links: LinkActions, t: Translate): Player {
  const video = h("video", {
    controls: true, playsinline: true, preload: "metadata", hidden: true, "aria-label": t("results.video"),
  });
  const note = h("p", { class: "video-note", role: "status" });
  const place = h("div", { class: "video-place", hidden: true }, t("results.video.coming"));
  const element = h("div", { class: "player" }, video, place, note);
  let key = "";
  let renewing = false;
  const play = (file: LinkedFile): void => {
    const at = video.currentTime;
    video.src = file.href;
    if (at > 0) video.addEventListener("loadedmetadata", () => (video.currentTime = at), { once: true });
  };
  video.addEventListener("error", () => {
    if (renewing) return setText(note, t("results.video.failed"));
    // Most likely the link has run out while the page stood open.
    renewing = true;
    key = "";
    void links.renewLinks();
  });
  video.addEventListener("loadeddata", () => (renewing = false));
  const update: Player["update"] = (file, facts, coming) => {
    video.hidden = !file;
    place.hidden = !coming;
    // Until the video's own size is known.
    if (facts?.width && facts.height) video.style.aspectRatio = place.style.aspectRatio = `${facts.width} / ${facts.height}`;
    if (!file || file.key === key) return;
    setText(note, "");
    key = file.key;
    play(file);
  };
  return { element, video, update };
}

export interface Chart {
  readonly element: HTMLElement;
  draw(angles: Angles): HTMLElement;
  lasts(seconds: number): void;
  /** Moves video and chart. */
  readonly seek: (seconds: number) => void;
  /** Asks for a stretch of the clip; `taken` is called unless the reader gives up. */
  readonly pick: PickStretch;
}

/** The timeline, tied to the video both ways. */
export function createChart(video: HTMLVideoElement, t: Translate, language: Language): Chart {
  let timeline: Timeline | null = null;
  let duration = 0;
  let frame = 0;
  const follow = (): void => {
    cancelAnimationFrame(frame);
    timeline?.show(video.currentTime);
    if (!video.paused) frame = requestAnimationFrame(follow);
  };
  for (const name of ["play", "seeked", "loadedmetadata"]) video.addEventListener(name, follow);
  const seek = (seconds: number): void => {
    video.currentTime = seconds;
    timeline?.show(seconds);
  };
  const note = h("p", { class: "choosing-note", role: "status" });
  const pick: PickStretch = (taken) => {
    if (!timeline) return;
    setText(note, t("timeline.choose"));
    timeline.choose((stretch) => {
      setText(note, "");
      if (stretch) taken(stretch.start, stretch.end);
    });
    note.scrollIntoView({ block: "start" });
  };
  return {
    seek, pick,
    element: h("div", { class: "panel-body" }),
    draw(angles) {
      const last = angles.times.at(-1) ?? 0;
      timeline = createTimeline(angles, Math.max(duration, last, 0.1), seek, t, language);
      timeline.show(video.currentTime);
      return h("div", {}, note, timeline.element);
    },
    lasts: (seconds) => (duration = seconds),
  };
}
