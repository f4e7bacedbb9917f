/** Drawing one vertical line on a frame of the video, and what camera tilt follows from it. */

import { readCamera, type Camera } from "../camera.ts";
import { h, setText } from "../dom.ts";
import { formatDegrees, formatNumber, type Language } from "../format.ts";
import { createPicture, type PictureDraft } from "../picture.ts";
import { isKey, type Translate } from "../strings/index.ts";
import { alongLine, type Tilt } from "../tilt.ts";

/** The address of a video to draw on; null where there is none to be had. Rejects where that cannot be told now. */
export type FindVideo = () => Promise<string | null>;

export interface TiltDraft {
  readonly open: boolean;
  readonly picture: PictureDraft;
}

export interface TiltTool {
  readonly element: HTMLElement;
  /** Takes what an `analysis.json` says of the camera. */
  show(analysis: unknown): void;
  /** Offers the tool, where a video may be found. */
  offer(hasVideo: boolean): void;
  open(): void;
  draft(): TiltDraft;
  /** Takes up a line drawn before. */
  resume(draft: TiltDraft): void;
}

export interface TiltContext {
  readonly t: Translate;
  readonly language: Language;
  readonly findVideo: FindVideo;
  /** Takes the tilt, in degrees to a tenth. */
  readonly use: (tilt: Tilt) => void;
}

export function createTiltTool({ t, language, findVideo, use }: TiltContext): TiltTool {
  /** undefined until an analysis was read; null where it is of an older version. */
  let camera: Camera | null | undefined;
  let found: Tilt | null = null;
  let loading = false;
  const known = h("p", { role: "status" });
  const result = h("p", { class: "tilt-result", role: "status" });
  const take = h("button", { type: "button", class: "button", hidden: true }, t("tilt.use"));
  const picture = createPicture({
    t, language, prefix: "tilt", label: t("tilt.picture"), most: 2, changed: () => judge(),
  });
  const drawing = h("div", { class: "tilt-drawing", hidden: true }, h("p", { class: "hint" }, t("tilt.how")), picture.element);
  const body = h("div", { class: "tilt-body" }, known, drawing, result, take);
  const element = h("details", { class: "tilt", hidden: true }, h("summary", {}, t("tilt.open")), body);
  const say = ({ pitchDeg, rollDeg }: Tilt): { pitch: string; roll: string } => ({
    pitch: formatDegrees(pitchDeg, language, 1), roll: formatDegrees(rollDeg, language, 1),
  });

  const judge = (): void => {
    const [one, other] = picture.places();
    const corrected = camera?.lens && one && other ? alongLine(camera.tilt, one, other, camera.lens) : undefined;
    found = corrected ? { pitchDeg: tenth(corrected.tilt.pitchDeg), rollDeg: tenth(corrected.tilt.rollDeg) } : null;
    take.hidden = found === null;
    if (corrected === undefined) return setText(result, "");
    if (!corrected || !found) return setText(result, t("tilt.unusable"));
    setText(result, t("tilt.result", { ...say(found), turned: formatNumber(corrected.turnedDeg, language, 1) }));
  };
  const load = async (): Promise<void> => {
    if (camera === undefined) return;
    if (!camera?.lens) return setText(known, t("tilt.no_lens"));
    setText(known, t("results.loading"));
    // Opening it again tries again.
    const address = await findVideo().catch(() => undefined);
    if (address === undefined) return setText(known, t("results.unreadable"));
    if (address === null) return setText(known, t("tilt.no_video"));
    const source = `tilt.source.${camera.source}`;
    setText(known, t("tilt.known", { ...say(camera.tilt), source: isKey(source) ? t(source) : camera.source }));
    picture.video.src = address;
    drawing.hidden = false;
  };
  const loadIfOpen = (): void => {
    if (!element.open || !drawing.hidden || loading) return;
    loading = true;
    void load().finally(() => (loading = false));
  };
  element.addEventListener("toggle", loadIfOpen);
  picture.video.addEventListener("error", () => {
    drawing.hidden = true;
    setText(known, t("results.unreadable"));
  });
  take.addEventListener("click", () => {
    if (found) use(found);
  });
  return {
    element,
    show(analysis) {
      camera = readCamera(analysis);
      // A line taken up from before is judged, and its picture found, only now.
      judge();
      loadIfOpen();
    },
    offer(hasVideo) {
      element.hidden = !hasVideo;
    },
    open() {
      element.open = true;
      element.scrollIntoView({ block: "start" });
      element.querySelector("summary")?.focus();
    },
    draft: () => ({ open: element.open, picture: picture.draft() }),
    resume(draft) {
      picture.resume(draft.picture);
      element.open = draft.open;
    },
  };
}

function tenth(degrees: number): number {
  return Math.round(degrees * 10) / 10 + 0;
}
