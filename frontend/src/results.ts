/** The results: verdict, video, zones, timeline, downloads; each appears as soon as its file does. */

import { parseAngles } from "./angles.ts";
import type { ArtifactKind } from "./contract.ts";
import { createDownloads } from "./downloads.ts";
import { h, setText, type Child } from "./dom.ts";
import type { Language } from "./format.ts";
import { createAgain, type AgainDraft } from "./inputs/again.ts";
import type { Inputs } from "./inputs/check.ts";
import { linked, sceneOf, type Job } from "./job.ts";
import type { LinkActions, LinkedFile } from "./links.ts";
import { createMoments, readMoments } from "./moments.ts";
import { createChart, createPlayer } from "./player.ts";
import type { Translate } from "./strings/index.ts";
import { createZoneTable } from "./zone-table.ts";
import { createVerdict } from "./verdict-view.ts";
import { readZones } from "./zones.ts";

export interface ResultsDraft {
  readonly again: AgainDraft;
  /** What was unfolded of the verdict, by class. */
  readonly unfolded: readonly string[];
  /** Where the video, or the chart without one, stood. */
  readonly seconds: number;
}

export interface ResultsView {
  readonly element: HTMLElement;
  update(job: Job): void;
  draft(): ResultsDraft;
  resume(draft: ResultsDraft): void;
}

export interface ResultsActions extends LinkActions {
  /** The overlay of the analysis that this one descends from; null where this device cannot reach it. */
  inheritedOverlay(): Promise<string | null>;
  /** Rejects with a `Problem`. */
  judgeAgain(inputs: Inputs): Promise<void>;
}

export function createResults(
  links: ResultsActions, t: Translate, language: Language, now: () => number,
): ResultsView {
  const zones = h("div", { class: "panel-body" });
  const downloads = createDownloads(links, t, language);
  const player = createPlayer(links, t);
  const chart = createChart(player.video, t, language);
  const [chartHint, momentsHint] = [h("span"), h("span")];
  const momentList = h("div", { class: "panel-body" });
  const moments = panel("moments", t("results.moments"), momentList, t("results.moments.about"), momentsHint);
  moments.hidden = true;
  const findVideo = async (): Promise<string | null> => {
    if (!files.has("overlay.mp4")) return links.inheritedOverlay();
    if (!links.linksAreFresh()) await links.renewLinks();
    return files.get("overlay.mp4")?.href ?? null;
  };
  const again = createAgain({
    t, language, findVideo, now, pick: chart.pick, judge: (inputs) => links.judgeAgain(inputs),
  });
  /** What mends a warning. */
  const remedies = { tilt_disputed: again.draw, minutes_assumed: again.ways.minutes, legs_hidden: again.ways.correction };
  const judging = panel("again", t("again.title"), again.element);
  judging.hidden = true;
  const found = h("div", { class: "panel-body" });
  const verdict = panel("verdict", t("report.verdict_heading"), found);
  verdict.hidden = true;
  const panels = new Map<ArtifactKind, HTMLElement>([
    ["overlay.mp4", panel("video", t("results.video"), player.element)],
    ["angles.csv", panel("timeline", t("results.timeline"), chart.element, chartHint, ` ${t("timeline.unseen")}`)],
    ["analysis.json", panel("zones", t("results.zones"), zones, t("results.zones.hint"))],
  ]);
  const [stage, timeline, table] = [...panels.values()];
  const element = h("div", { class: "results", hidden: true },
    verdict, h("div", { class: "results-main" }, stage, timeline), h("div", { class: "results-side" }, table), moments,
    panel("downloads", t("results.downloads"), downloads.element), judging,
    h("p", { class: "screening" }, t("results.screening")));
  let files: ReadonlyMap<ArtifactKind, LinkedFile> = new Map();
  let resumed: readonly string[] = [];
  const unfolded = (): readonly string[] => found.hasChildNodes()
    ? [...found.querySelectorAll("details[open]")].map(({ className }) => className) : resumed;
  const loadZones = once(() => load(() => files.get("analysis.json"), zones, links, t, (text) => {
    const analysis: unknown = JSON.parse(text);
    const worst = readMoments(analysis);
    moments.hidden = worst.length === 0;
    const show = (seconds: number): void => {
      chart.seek(seconds);
      (stage?.hidden ? timeline : stage)?.scrollIntoView({ block: "nearest" });
    };
    again.show(analysis);
    known = true;
    judging.hidden = !done;
    verdict.hidden = false;
    const open = unfolded();
    found.replaceChildren(createVerdict(analysis, remedies, again.ways.row, t, language));
    for (const details of found.querySelectorAll("details")) details.open = open.includes(details.className);
    momentList.replaceChildren(createMoments(worst, show, t, language));
    return createZoneTable(readZones(analysis), t, language);
  }));
  const loadAngles = once(() =>
    load(() => files.get("angles.csv"), chart.element, links, t, (text) => chart.draw(parseAngles(text))));
  let [known, done] = [false, false];

  const update = (job: Job): void => {
    files = new Map(linked(job).map((file) => [file.kind, file]));
    element.hidden = files.size === 0;
    done = sceneOf(job) === "completed";
    judging.hidden = !known || !done;
    again.offer(files.has("overlay.mp4") || job.parent !== null);
    again.draw.hidden ||= !done;
    for (const way of Object.values(again.ways)) way.hidden = !done;
    again.lasts(job.status?.video.duration_s ?? Infinity);
    // So that nothing moves under the eyes of who reads the measurements already.
    const coming = sceneOf(job) === "processing" && job.parent === null && files.has("analysis.json") && !files.has("overlay.mp4");
    player.update(files.get("overlay.mp4"), job.status?.video, coming);
    for (const [kind, body] of panels) body.hidden = !files.has(kind) && !(coming && body === stage);
    // A re-analysis has no video of its own.
    const way = files.has("overlay.mp4") ? "video" : "chart";
    setText(chartHint, t(`results.timeline.hint.${way}`));
    setText(momentsHint, ` ${t(`results.moments.hint.${way}`)}`);
    chart.lasts(job.status?.video.duration_s ?? 0);
    loadZones(files.get("analysis.json"));
    loadAngles(files.get("angles.csv"));
    downloads.list([...files.values()]);
  };
  return {
    element, update,
    draft: () => ({ again: again.draft(), unfolded: unfolded(), seconds: player.video.currentTime }),
    resume(draft) {
      chart.seek(draft.seconds);
      again.resume(draft.again);
      resumed = draft.unfolded;
    },
  };
}

function panel(id: string, title: string, body: HTMLElement, ...remark: readonly Child[]): HTMLElement {
  const heading = `results-${id}`;
  return h("section", { class: `card panel panel-${id}`, "aria-labelledby": heading },
    h("h2", { id: heading }, title), body,
    remark.length > 0 ? h("p", { class: "remark" }, ...remark) : null);
}

function once(act: () => void): (file: LinkedFile | undefined) => void {
  let key = "";
  return (file) => {
    if (!file || file.key === key) return;
    key = file.key;
    act();
  };
}

/** Fetches a result and shows what `make` makes of it; offers another try, with a newer link, where that fails. */
async function load(
  find: () => LinkedFile | undefined, into: HTMLElement, links: LinkActions, t: Translate, make: (text: string) => HTMLElement,
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
