/** Choosing a video: by the button, or dropped anywhere on the page. */

import { Problem, type NewVideo } from "./api.ts";
import { UPLOAD_LIMIT_BYTES } from "./contract.ts";
import { h, keepFocus, setText, svg } from "./dom.ts";
import { formatBytes, type Language } from "./format.ts";
import { createOptions, type OptionsDraft } from "./options.ts";
import { createPreview } from "./preview.ts";
import { sentenceOf } from "./problem.ts";
import type { Key, Translate } from "./strings/index.ts";

const LIMIT_MB = UPLOAD_LIMIT_BYTES / 1e6;
const TYPES: Readonly<Record<string, string>> = {
  mp4: "video/mp4", m4v: "video/mp4", mov: "video/quicktime", mkv: "video/x-matroska", webm: "video/webm",
  avi: "video/x-msvideo", mts: "video/mp2t", m2ts: "video/mp2t", ts: "video/mp2t", "3gp": "video/3gpp",
  mpg: "video/mpeg", mpeg: "video/mpeg",
};

/** What is wrong with a file before anything is sent; null when nothing is. */
export function faultOf(file: Pick<File, "name" | "size" | "type">): Key | null {
  if (file.size === 0) return "choose.empty";
  if (!contentTypeOf(file).startsWith("video/")) return "choose.not_video";
  return file.size > UPLOAD_LIMIT_BYTES ? "problem.file_too_large" : null;
}

/** The browser's own guess, else by the ending: browsers do not know every container. */
export function contentTypeOf(file: Pick<File, "name" | "type">): string {
  const ending = file.name.split(".").at(-1)?.toLowerCase() ?? "";
  const guess = file.type.split(";")[0]?.trim() ?? "";
  return guess.startsWith("video/") ? guess : (TYPES[ending] ?? (guess || "application/octet-stream"));
}

/** What was chosen and typed, so that the page can be drawn anew in another language. */
export interface ChooserDraft {
  readonly file: File | null;
  readonly options: OptionsDraft;
  /** A start that the service has not answered yet. */
  readonly starting: Promise<void> | null;
}

export interface Chooser {
  readonly element: HTMLElement;
  draft(): ChooserDraft;
  resume(draft: ChooserDraft): void;
}

/** `start` is called with a file and its options; it rejects with a `Problem`. `gone` ends the listening. */
export function createChooser(
  start: (file: File, video: NewVideo) => Promise<void>, t: Translate, language: Language,
  gone: AbortSignal,
): Chooser {
  let chosen: File | null = null;
  let shown: File | null = null;
  let starting: Promise<void> | null = null;
  const input = h("input", { type: "file", id: "video", accept: "video/*,.mkv,.mts,.m2ts", class: "visually-hidden" });
  const empty = h("div", { class: "drop-empty" }, dropPicture(),
    ...(isTouched() ? [h("p", { class: "drop-title" }, t("choose.touch"))]
      : [h("p", { class: "drop-title" }, t("choose.drop")), h("p", { class: "drop-or" }, t("choose.or"))]),
    h("label", { for: "video", class: "button" }, t("choose.button")),
    h("p", { class: "drop-formats" }, t("choose.formats", { limit: LIMIT_MB })));
  const name = h("p", { class: "file-name" });
  const size = h("p", { class: "file-size" });
  const picture = h("div", { class: "file-picture" });
  let viewing = new AbortController();
  const filled = h("div", { class: "drop-filled", hidden: true },
    picture, h("div", { class: "file", role: "group", "aria-label": t("choose.file") }, name, size),
    h("label", { for: "video", class: "button quiet" }, t("choose.other")));
  const wrongFile = h("p", { class: "fault", role: "alert" });
  const drop = h("div", { class: "drop" }, input, empty, filled, wrongFile);
  const fault = h("p", { class: "fault", role: "alert" });
  const submit = h("button", { type: "submit", class: "button primary", hidden: true }, t("choose.start"));
  const options = createOptions(t, language);
  const form = h("form", { class: "chooser card", novalidate: true }, drop, ...options.elements, fault, submit);

  const take = (file: File | undefined): void => {
    if (!file) return;
    shown = file;
    const wrong = faultOf(file);
    setText(wrongFile, wrong ? t(wrong, { limit: LIMIT_MB }) : "");
    setText(fault, "");
    chosen = wrong ? null : file;
    empty.hidden = chosen !== null;
    filled.hidden = submit.hidden = chosen === null;
    setText(name, file.name);
    setText(size, formatBytes(file.size, language));
    drop.classList.toggle("filled", chosen !== null);
    viewing.abort();
    viewing = new AbortController();
    if (!chosen) return;
    const until = AbortSignal.any([viewing.signal, gone]);
    picture.replaceChildren(createPreview(chosen, until));
    options.look(chosen, until);
  };
  const takeAndGoOn = (file: File | undefined): void => {
    take(file);
    if (chosen) submit.focus();
    else drop.scrollIntoView({ block: "nearest" });
  };
  const awaitAnswer = (answer: Promise<void>): void => {
    starting = answer;
    submit.disabled = true;
    setText(submit, t("choose.starting"));
    answer.catch((error: unknown) => {
      starting = null;
      const problem = error instanceof Problem ? error : new Problem(0, "unexpected", "");
      setText(fault, options.tell(problem) ? t("problem.see_fields") : sentenceOf(problem, t));
      submit.disabled = false;
      setText(submit, t("choose.start"));
      keepFocus(submit);
    });
  };
  input.addEventListener("change", () => takeAndGoOn(input.files?.[0]));
  acceptDrops(drop, takeAndGoOn, gone);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!chosen || submit.disabled) return;
    const read = options.read();
    setText(fault, read ? "" : t("problem.see_fields"));
    if (!read) return;
    const video = { name: chosen.name, bytes: chosen.size, content_type: contentTypeOf(chosen), options: read };
    awaitAnswer(start(chosen, video));
  });
  return {
    element: form,
    draft: () => ({ file: shown, options: options.draft(), starting }),
    resume(draft) {
      take(draft.file ?? undefined);
      options.resume(draft.options);
      if (draft.starting) awaitAnswer(draft.starting);
    },
  };
}

/** A finger drops no files; a phone films instead. */
function isTouched(): boolean {
  return matchMedia("(hover: none) and (pointer: coarse)").matches;
}

function acceptDrops(drop: HTMLElement, take: (file: File | undefined) => void, signal: AbortSignal): void {
  // Anywhere on the page, so that a near miss does not make the browser leave it for the video.
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.dataset["over"] = "true";
  }, { signal });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) delete drop.dataset["over"];
  }, { signal });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    delete drop.dataset["over"];
    take(event.dataTransfer?.files[0]);
  }, { signal });
}

function dropPicture(): SVGElement {
  return svg("svg", { class: "drop-picture", viewBox: "0 0 48 48", width: 48, height: 48, "aria-hidden": "true" },
    svg("rect", { x: 5, y: 11, width: 38, height: 26, rx: 4 }), svg("path", { d: "M24 31V18m-6 5.5 6-6 6 6" }));
}
