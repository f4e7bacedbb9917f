/** Drawing one vertical line on a frame of the video, and what camera tilt follows from it. */

import type { VideoFacts } from "../contract.ts";
import { h, setText } from "../dom.ts";
import { formatNumber, type Language } from "../format.ts";
import type { LinkActions, LinkedFile } from "../links.ts";
import { readScalars } from "../npz.ts";
import { createPicture, type PictureDraft } from "../picture.ts";
import { isKey, type Translate } from "../strings/index.ts";
import { alongLine, type Lens, type Tilt } from "../tilt.ts";

/** What is needed to draw: the picture, the body's file that knows the camera, and the picture's size. */
export interface Footage {
  readonly overlay: LinkedFile | undefined;
  readonly body: LinkedFile | undefined;
  readonly facts: VideoFacts | undefined;
}

export interface TiltDraft {
  readonly open: boolean;
  readonly picture: PictureDraft;
}

export interface TiltTool {
  readonly element: HTMLElement;
  offer(footage: Footage): void;
  open(): void;
  draft(): TiltDraft;
  /** Takes up a line drawn before. */
  resume(draft: TiltDraft): void;
}

export interface TiltContext {
  readonly t: Translate;
  readonly language: Language;
  readonly links: LinkActions;
  /** Takes the tilt, in degrees to a tenth. */
  readonly use: (tilt: Tilt) => void;
}

interface Seen {
  readonly tilt: Tilt;
  readonly source: string;
  readonly lens: Lens;
}

export function createTiltTool({ t, language, links, use }: TiltContext): TiltTool {
  let footage: Footage = { overlay: undefined, body: undefined, facts: undefined };
  let seen: Seen | null = null;
  let found: Tilt | null = null;
  const known = h("p", { role: "status" });
  const result = h("p", { class: "tilt-result", role: "status" });
  const take = h("button", { type: "button", class: "button", hidden: true }, t("tilt.use"));
  const picture = createPicture({
    t, language, prefix: "tilt", label: t("tilt.picture"), most: 2, changed: () => judge(),
  });
  const body = h("div", { class: "tilt-body" }, h("p", { class: "hint" }, t("tilt.how")), known, picture.element, result, take);
  const element = h("details", { class: "tilt", hidden: true }, h("summary", {}, t("tilt.open")), body);
  const say = ({ pitchDeg, rollDeg }: Tilt): { pitch: string; roll: string } => ({
    pitch: signed(pitchDeg, language), roll: signed(rollDeg, language),
  });

  const judge = (): void => {
    const [one, other] = picture.places();
    const corrected = seen && one && other ? alongLine(seen.tilt, one, other, seen.lens) : undefined;
    found = corrected ? { pitchDeg: tenth(corrected.tilt.pitchDeg), rollDeg: tenth(corrected.tilt.rollDeg) } : null;
    take.hidden = found === null;
    if (corrected === undefined) return setText(result, "");
    if (!corrected || !found) return setText(result, t("tilt.unusable"));
    setText(result, t("tilt.result", { ...say(found), turned: formatNumber(corrected.turnedDeg, language, 1) }));
  };
  const load = async (): Promise<void> => {
    setText(known, t("results.loading"));
    try {
      if (!links.linksAreFresh()) await links.renewLinks();
      seen = await look(footage);
      const source = `tilt.source.${seen.source}`;
      setText(known, t("tilt.known", { ...say(seen.tilt), source: isKey(source) ? t(source) : seen.source }));
      picture.video.src = footage.overlay?.href ?? "";
    } catch {
      // Opening it again tries again.
      setText(known, t("results.unreadable"));
    }
    judge();
  };
  element.addEventListener("toggle", () => void (element.open && seen === null && load()));
  take.addEventListener("click", () => {
    if (found) use(found);
  });
  return {
    element,
    offer(next) {
      footage = next;
      element.hidden = !next.overlay || !next.body;
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

/** What the recovered body's file says of the camera. Rejects where it cannot be read. */
async function look({ body, facts }: Footage): Promise<Seen> {
  if (!body || !facts?.width || !facts.height) throw new Error("the size of the picture is not known");
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    const response = await fetch(body.href, { credentials: "omit", headers: { range: `bytes=${start}-${end - 1}` } });
    if (!response.ok) throw new Error(String(response.status));
    const bytes = new Uint8Array(await response.arrayBuffer());
    // A storage that knows no ranges sends all of it.
    return response.status === 206 ? bytes : bytes.subarray(start, end);
  };
  const values = await readScalars(read, body.bytes, ["gravity_pitch_deg", "gravity_roll_deg", "gravity_source", "focal_px"]);
  return {
    tilt: { pitchDeg: Number(values.get("gravity_pitch_deg")), rollDeg: Number(values.get("gravity_roll_deg")) },
    source: String(values.get("gravity_source")),
    lens: { focalPx: Number(values.get("focal_px")), width: facts.width, height: facts.height },
  };
}

function tenth(degrees: number): number {
  return Math.round(degrees * 10) / 10 + 0;
}

function signed(degrees: number, language: Language): string {
  return `${formatNumber(degrees, language, 1).replace("-", "−")}°`;
}
