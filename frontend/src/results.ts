/** The results: video, zones, timeline, downloads; each appears as soon as its file does. */

import { parseAngles, type Angles } from "./angles.ts";
import { KINDS, type ArtifactKind } from "./contract.ts";
import { h, setText } from "./dom.ts";
import { formatBytes, type Language } from "./format.ts";
import { linked, sceneOf, type Job } from "./job.ts";
import type { Translate } from "./strings/index.ts";
import { createTimeline, type Timeline } from "./timeline.ts";
import { createZoneTable } from "./zone-table.ts";
import { readZones } from "./zones.ts";

export interface ResultsView {
  readonly element: HTMLElement;
  update(job: Job): void;
}

type File = ReturnType<typeof linked>[number];

/** `renew` resolves when the links have been asked for again. */
export function createResults(
  renew: (must: boolean) => Promise<void>, t: Translate, language: Language,
): ResultsView {
  const zones = h("div", { class: "panel-body" });
  const downloads = h("ul", { class: "downloads" });
  const player = createPlayer(renew, t);
  const chart = createChart(player.video, t, language);
  const element = h("div", { class: "results", hidden: true },
    h("div", { class: "results-main" },
      panel("video", t("results.video"), player.element),
      panel("timeline", t("results.timeline"), chart.element, t("results.timeline.hint"), t("timeline.unseen"))),
    panel("zones", t("results.zones"), zones, t("results.zones.hint")),
    panel("downloads", t("results.downloads"), downloads),
    h("p", { class: "screening" }, t("results.screening")));
  const loadZones = once((file) => load(file, zones, renew, t, (text) =>
    createZoneTable(readZones(JSON.parse(text)), t, language)));
  const loadAngles = once((file) => load(file, chart.element, renew, t, (text) => chart.draw(parseAngles(text))));
  let listed = "";

  const update = (job: Job): void => {
    const files = new Map(linked(job).map((file) => [file.kind, file]));
    element.hidden = files.size === 0;
    player.update(files.get("overlay.mp4"), sceneOf(job) === "completed");
    chart.lasts(job.status?.video.duration_s ?? 0);
    loadZones(files.get("analysis.json"));
    loadAngles(files.get("angles.csv"));
    const names = linked(job).map((file) => file.href).join(" ");
    if (names === listed) return;
    listed = names;
    downloads.replaceChildren(...[...files.values()].sort(byKind).map((file) => createDownload(file, renew, t, language)));
  };
  return { element, update };
}

function byKind(a: { kind: ArtifactKind }, b: { kind: ArtifactKind }): number {
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind);
}

function panel(id: string, title: string, body: HTMLElement, ...remarks: readonly string[]): HTMLElement {
  const heading = `results-${id}`;
  return h("section", { class: `card panel panel-${id}`, "aria-labelledby": heading },
    h("h2", { id: heading }, title), body, ...remarks.map((remark) => h("p", { class: "remark" }, remark)));
}

function once(act: (file: File) => void): (file: File | undefined) => void {
  let key = "";
  return (file) => {
    if (!file || file.key === key) return;
    key = file.key;
    act(file);
  };
}

/** Fetches a result and shows what `make` makes of it; offers another try where that fails. */
async function load(
  file: File, into: HTMLElement, renew: (must: boolean) => Promise<void>, t: Translate, make: (text: string) => HTMLElement,
): Promise<void> {
  into.replaceChildren(h("p", { class: "loading", role: "status" }, t("results.loading")));
  try {
    const response = await fetch(file.href, { credentials: "omit" });
    if (!response.ok) throw new Error(String(response.status));
    into.replaceChildren(make(await response.text()));
  } catch {
    const again = (): void => void renew(true).then(() => load(file, into, renew, t, make));
    into.replaceChildren(h("p", { class: "fault", role: "alert" }, t("results.unreadable")),
      h("button", { type: "button", class: "button", onclick: again }, t("results.again")));
  }
}

function createDownload(
  file: File, renew: (must: boolean) => Promise<void>, t: Translate, language: Language,
): HTMLElement {
  const link = h("a", { href: file.href, download: file.name, rel: "noreferrer" },
    h("span", { class: "download-kind" }, t(`kind.${file.kind}`)),
    h("span", { class: "download-name" }, file.name),
    h("span", { class: "download-size" }, formatBytes(file.bytes, language)));
  // An old link is renewed before the click counts; the list is drawn anew with fresh ones by then.
  link.addEventListener("pointerenter", () => void renew(false));
  link.addEventListener("focus", () => void renew(false));
  return h("li", {}, link);
}

interface Player {
  readonly element: HTMLElement;
  readonly video: HTMLVideoElement;
  update(file: File | undefined, complete: boolean): void;
}

function createPlayer(renew: (must: boolean) => Promise<void>, t: Translate): Player {
  const video = h("video", {
    controls: true, playsinline: true, preload: "metadata", hidden: true, "aria-label": t("results.video"),
  });
  const note = h("p", { class: "video-note", role: "status" }, t("results.video.pending"));
  const element = h("div", { class: "player" }, video, note);
  let key = "";
  let renewing = false;
  const play = (file: File): void => {
    const at = video.currentTime;
    video.src = file.href;
    if (at > 0) video.addEventListener("loadedmetadata", () => (video.currentTime = at), { once: true });
  };
  video.addEventListener("error", () => {
    if (renewing) return setText(note, t("results.video.failed"));
    // Most likely the link has run out while the page stood open.
    renewing = true;
    key = "";
    void renew(true);
  });
  video.addEventListener("playing", () => (renewing = false));
  const update = (file: File | undefined, complete: boolean): void => {
    video.hidden = !file;
    setText(note, file || complete ? "" : t("results.video.pending"));
    element.hidden = !file && complete;
    if (!file || file.key === key) return;
    key = file.key;
    play(file);
  };
  return { element, video, update };
}

interface Chart {
  readonly element: HTMLElement;
  draw(angles: Angles): HTMLElement;
  lasts(seconds: number): void;
}

/** The timeline, tied to the video both ways. */
function createChart(video: HTMLVideoElement, t: Translate, language: Language): Chart {
  let timeline: Timeline | null = null;
  let duration = 0;
  let frame = 0;
  const follow = (): void => {
    cancelAnimationFrame(frame);
    timeline?.show(video.currentTime);
    if (!video.paused) frame = requestAnimationFrame(follow);
  };
  for (const name of ["play", "seeked", "loadedmetadata"]) video.addEventListener(name, follow);
  return {
    element: h("div", { class: "panel-body" }),
    draw(angles) {
      const last = angles.times.at(-1) ?? 0;
      timeline = createTimeline(angles, Math.max(duration, last, 0.1), (seconds) => (video.currentTime = seconds), t, language);
      return timeline.element;
    },
    lasts: (seconds) => (duration = seconds),
  };
}
