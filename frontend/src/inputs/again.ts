/** Judging a finished analysis again: the form filled with what it used, and the button. */

import { createAction } from "../action.ts";
import { Problem } from "../api.ts";
import { h, setText } from "../dom.ts";
import type { Language } from "../format.ts";
import { createOffsets, readOffsetsLeftOut } from "../offsets.ts";
import { isKey, type Key, type Translate } from "../strings/index.ts";
import { lawOf, readVerdict, type RowVerdict } from "../verdict.ts";
import { nameOfRow } from "../verdict-words.ts";
import { faultsOf, type Inputs } from "./check.ts";
import { createForm, type FormDraft } from "./form.ts";
import type { PickStretch } from "./rows.ts";
import { JUDGED, LOGGED, TOLD } from "./spec.ts";
import { createTiltTool, type FindVideo, type TiltDraft } from "./tilt-tool.ts";

export interface AgainContext {
  readonly t: Translate;
  readonly language: Language;
  /** Finds what a vertical line can be drawn on. */
  readonly findVideo: FindVideo;
  readonly now: () => number;
  readonly pick: PickStretch;
  /** Rejects with a `Problem`. */
  readonly judge: (inputs: Inputs) => Promise<void>;
}

export interface AgainDraft {
  readonly open: boolean;
  readonly tilt: TiltDraft;
  /** null while there was nothing to type over. */
  readonly form: FormDraft | null;
  /** A judgement that the service has not answered yet. */
  readonly judging: Promise<void> | null;
}

export interface Again {
  readonly element: HTMLElement;
  /** The way to draw a vertical line, for where the analysis doubts the camera's tilt. */
  readonly draw: HTMLElement;
  /** The ways to what an analysis may ask for: a row it could not assess, minutes nobody gave, a hidden posture. */
  readonly ways: Readonly<Record<"row" | "minutes" | "correction", HTMLElement>>;
  /** Takes what an `analysis.json` says that was entered and what was assumed. */
  show(analysis: unknown): void;
  /** Offers to draw a vertical line, where a video may be found. */
  offer(hasVideo: boolean): void;
  lasts(seconds: number): void;
  draft(): AgainDraft;
  /** Takes up what was typed before, once `show` has brought what it was typed over. */
  resume(draft: AgainDraft): void;
}

interface Stored {
  readonly inputs?: Inputs;
  readonly assumed?: readonly string[];
}

/** A changed height would need the video: the body was recovered with it. */
const LOCKED = ["person.height_m"];

export function createAgain({ t, language, findVideo, now, pick, judge }: AgainContext): Again {
  let shown = false;
  let resumed: FormDraft | null = null;
  let judging: Promise<void> | null = null;
  let rows: readonly RowVerdict[] = [];
  let lengthS = Infinity;
  const form = createForm([...LOGGED, ...JUDGED, ...TOLD], {
    t, language, prefix: "again", now, locked: LOCKED, pick, lengthS: () => lengthS,
    nameOfRow: (id) => {
      const row = rows.find((known) => known.row === id);
      return row ? `${nameOfRow(id, rows, t)}: ${lawOf(row, language)}` : id;
    },
  });
  const tool = createTiltTool({ t, language, findVideo, use: ({ pitchDeg, rollDeg }) =>
    form.enter("camera", { pitch_deg: pitchDeg, roll_deg: rollDeg }) });
  form.below("camera").append(tool.element);
  // The checkbox that subtracts them is the last field of the person.
  const offsets = form.below("person");
  const assumed = h("p", { class: "hint" });
  const awaitAnswer = async (answer: Promise<void>): Promise<void> => {
    judging = answer;
    try {
      await answer;
    } catch (error) {
      const told = error instanceof Problem ? faultsOf(error) : [];
      throw told.length > 0 && form.tell(told).length === 0 ? new Problem(0, "see_fields", "") : error;
    } finally {
      judging = null;
    }
  };
  const action = createAction(t("again.button"), "button primary", async () => {
    const inputs = form.read();
    if (inputs === null) throw new Problem(0, "see_fields", "");
    await awaitAnswer(judge(inputs));
  }, t);
  const details = h("details", { class: "options again" }, h("summary", {}, t("again.open")),
    h("p", { class: "hint about" }, t("again.about")), assumed, form.element, action.element);
  const way = (words: Key, go: () => void): HTMLElement => h("button", { type: "button", class: "button", onclick: () => {
    details.open = true;
    go();
  } }, t(words));
  const ways = {
    row: way("inputs.rows.add", () => form.add("rows")),
    minutes: way("again.minutes", () => form.complete("operations", "minutes")),
    correction: way("inputs.corrections.add", () => form.add("corrections")),
  };
  const draw = way("tilt.open", tool.open);
  return {
    element: details, draw, ways,
    lasts: (seconds) => (lengthS = seconds),
    show(analysis) {
      rows = readVerdict(analysis)?.rows ?? [];
      const { inputs = {}, assumed: names = [] } = analysis as Stored;
      form.show(inputs);
      if (resumed) form.resume(resumed);
      [shown, resumed] = [true, null];
      tool.show(analysis);
      const leftOut = readOffsetsLeftOut(analysis);
      offsets.replaceChildren(...(leftOut ? [createOffsets(leftOut, t, language)] : []));
      const words = names.map((name) => `assumed.${name}`).filter(isKey).map((key) => t(key));
      setText(assumed, words.length > 0 ? t("inputs.assumed", { names: words.join(", ") }) : "");
    },
    offer(hasVideo) {
      tool.offer(hasVideo);
      draw.hidden = tool.element.hidden;
    },
    draft: () => ({ open: details.open, tilt: tool.draft(), form: shown ? form.draft() : resumed, judging }),
    resume(draft) {
      details.open = draft.open;
      tool.resume(draft.tilt);
      resumed = draft.form;
      const { judging: answer } = draft;
      if (answer) action.run(() => awaitAnswer(answer));
    },
  };
}
