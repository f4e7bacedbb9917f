/** The results: video, zones, timeline, downloads; each appears as soon as its file does. */

import { parseAngles, type Angles } from "./angles.ts";
import { KINDS, type ArtifactKind } from "./contract.ts";
import { h, setText } from "./dom.ts";
import { formatBytes, type Language } from "./format.ts";
import { linked, type Job } from "./job.ts";
import { isKey, type Translate } from "./strings/index.ts";
import { createTimeline, type Timeline } from "./timeline.ts";
import { createZoneTable } from "./zone-table.ts";
import { readZones } from "./zones.ts";

export interface ResultsView {
  readonly element: HTMLElement;
  update(job: Job): void;
}

/** The links to the files, which last an hour. */
export interface LinkActions {
  linksAreFresh(): boolean;
  /** Resolves once there are new ones, which `update` has then shown. */
  renewLinks(): Promise<void>;
}

type File = ReturnType<typeof linked>[number];

export function createResults(links: LinkActions, t: Translate, language: Language): ResultsView {
  const zones = h("div", { class: "panel-body" });
  const downloads = h("ul", { class: "downloads" });
  const player = createPlayer(links, t);
  const chart = createChart(player.video, t, language);
  const chartRemark = `${t("results.timeline.hint")} ${t("timeline.unseen")}`;
  const panels = new Map<ArtifactKind, HTMLElement>([
    ["overlay.mp4", panel("video", t("results.video"), player.element)],
    ["angles.csv", panel("timeline", t("results.timeline"), chart.element, chartRemark)],
    ["analysis.json", panel("zones", t("results.zones"), zones, t("results.zones.hint"))],
  ]);
  const [stage, timeline, table] = [...panels.values()];
  const element = h("div", { class: "results", hidden: true },
    h("div", { class: "results-main" }, stage, timeline), table,
    panel("downloads", t("results.downloads"), downloads),
    h("p", { class: "screening" }, t("results.screening")));
  let files: ReadonlyMap<ArtifactKind, File> = new Map();
  const loadZones = once(() => load(() => files.get("analysis.json"), zones, links, t, (text) =>
    createZoneTable(readZones(JSON.parse(text)), t, language)));
  const loadAngles = once(() =>
    load(() => files.get("angles.csv"), chart.element, links, t, (text) => chart.draw(parseAngles(text))));
  let listed = "";

  const update = (job: Job): void => {
    files = new Map(linked(job).map((file) => [file.kind, file]));
    element.hidden = files.size === 0;
    player.update(files.get("overlay.mp4"));
    for (const [kind, body] of panels) body.hidden = !files.has(kind);
    chart.lasts(job.status?.video.duration_s ?? 0);
    loadZones(files.get("analysis.json"));
    loadAngles(files.get("angles.csv"));
    const names = linked(job).map((file) => file.href).join(" ");
    if (names === listed) return;
    listed = names;
    downloads.replaceChildren(...[...files.values()].sort(byKind).map((file) => createDownload(file, downloads, links, t, language)));
  };
  return { element, update };
}

function byKind(a: { kind: ArtifactKind }, b: { kind: ArtifactKind }): number {
  const place = (kind: ArtifactKind): number => (KINDS.includes(kind) ? KINDS.indexOf(kind) : KINDS.length);
  return place(a.kind) - place(b.kind);
}

function panel(id: string, title: string, body: HTMLElement, remark = ""): HTMLElement {
  const heading = `results-${id}`;
  return h("section", { class: `card panel panel-${id}`, "aria-labelledby": heading },
    h("h2", { id: heading }, title), body, remark ? h("p", { class: "remark" }, remark) : null);
}

function once(act: () => void): (file: File | undefined) => void {
  let key = "";
  return (file) => {
    if (!file || file.key === key) return;
    key = file.key;
    act();
  };
}

/** Fetches a result and shows what `make` makes of it; offers another try, with a newer link, where that fails. */
async function load(
  find: () => File | undefined, into: HTMLElement, links: LinkActions, t: Translate, make: (text: string) => HTMLElement,
): Promise<void> {
  into.replaceChildren(h("p", { class: "loading", role: "status" }, t("results.loading")));
  try {
    const response = await fetch(find()?.href ?? "", { credentials: "omit" });
    if (!response.ok) throw new Error(String(response.status));
    into.replaceChildren(make(await response.text()));
  } catch {
    const again = (): void => void links.renewLinks().then(() => load(find, into, links, t, make));
    into.replaceChildren(h("p", { class: "fault", role: "alert" }, t("results.unreadable")),
      h("button", { type: "button", class: "button", onclick: again }, t("results.again")));
  }
}

/** The worker may be newer than this page, which then has no better name than the file's ending. */
function kindName(kind: string, t: Translate): string {
  const key = `kind.${kind}`;
  return isKey(key) ? t(key) : kind;
}

function createDownload(
  file: File, list: HTMLElement, links: LinkActions, t: Translate, language: Language,
): HTMLElement {
  const link = h("a", { href: file.href, download: file.name, rel: "noreferrer", "data-kind": file.kind },
    h("span", { class: "download-kind" }, kindName(file.kind, t)),
    h("span", { class: "download-name" }, file.name),
    h("span", { class: "download-size" }, formatBytes(file.bytes, language)));
  link.addEventListener("click", (event) => {
    if (links.linksAreFresh()) return;
    event.preventDefault();
    // By then the list is drawn anew; the same entry carries a fresh link.
    void links.renewLinks().then(() => list.querySelector<HTMLElement>(`[data-kind="${file.kind}"]`)?.click());
  });
  return h("li", {}, link);
}

interface Player {
  readonly element: HTMLElement;
  readonly video: HTMLVideoElement;
  update(file: File | undefined): void;
}

function createPlayer(links: LinkActions, t: Translate): Player {
  const video = h("video", {
    controls: true, playsinline: true, preload: "metadata", hidden: true, "aria-label": t("results.video"),
  });
  const note = h("p", { class: "video-note", role: "status" });
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
    void links.renewLinks();
  });
  video.addEventListener("loadeddata", () => (renewing = false));
  const update = (file: File | undefined): void => {
    video.hidden = !file;
    if (!file || file.key === key) return;
    setText(note, "");
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
