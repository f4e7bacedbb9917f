/** Puts the page together: language, address, and one view at a time. */

import "./styles/page.css";
import "./styles/inputs.css";
import "./styles/job.css";
import "./styles/results.css";
import "./styles/verdict.css";
import { Api } from "./api.ts";
import type { ChooserDraft } from "./choose.ts";
import { h, setText } from "./dom.ts";
import type { Language } from "./format.ts";
import { createHome } from "./home.ts";
import type { Inputs } from "./inputs/check.ts";
import { createJobView, titleOf } from "./job-view.ts";
import { idInHash, Memory, openStorage } from "./remember.ts";
import { createPreview } from "./preview.ts";
import type { ResultsDraft } from "./results.ts";
import { Session, type Tools } from "./session.ts";
import { LANGUAGE_NAMES, LANGUAGES, pickLanguage, translator, type Translate } from "./strings/index.ts";
import { createUnknown } from "./failure.ts";
import { wait } from "./wait.ts";

/** What the reader chose and typed in the view that is shown. */
interface Draft {
  readonly home?: ChooserDraft;
  readonly job?: ResultsDraft;
}

const LANGUAGE_KEY = "poloha.language";

const storage = openStorage();
const tools: Tools = {
  api: new Api((input, init) => fetch(input, init)), memory: new Memory(storage), wait, now: () => Date.now(),
};
const main = document.querySelector("main") as HTMLElement;
let language = pickLanguage(storage.getItem(LANGUAGE_KEY), navigator.languages);
let t: Translate = translator(language);
let session: Session | null = null;
let shown = new AbortController();
let draftOfView: () => Draft = () => ({});

window.addEventListener("hashchange", () => route(true));
window.addEventListener("beforeunload", (event) => {
  if (session?.sending) event.preventDefault();
});
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  focusHeading();
});
speak();
route(false);

/** Shows what the address asks for; a session that goes on is kept. */
function route(moved: boolean): void {
  const id = idInHash(location.hash);
  if (session && session.job.id !== id) {
    session.close();
    session = null;
  }
  const known = id ? tools.memory.find(id) : undefined;
  if (!session && known) session = Session.resume(tools, known);
  render(id);
  if (moved) focusHeading();
}

/** Draws the view anew, with the `draft` that its last drawing held. */
function render(id: string | null, draft: Draft = {}): void {
  shown.abort();
  shown = new AbortController();
  draftOfView = () => ({});
  if (session) return showJob(session, draft);
  document.title = t("page.title");
  if (id) return main.replaceChildren(createUnknown(t));
  const home = createHome({ tools, t, language, gone: shown.signal, begin });
  if (draft.home) home.resume(draft.home);
  draftOfView = () => ({ home: home.draft() });
  main.replaceChildren(home.element);
}

function showJob(current: Session, draft: Draft): void {
  const preview = current.file ? createPreview(current.file, shown.signal) : null;
  const actions = {
    linksAreFresh: () => current.linksAreFresh(),
    renewLinks: () => current.renewLinks(),
    inheritedOverlay: () => current.inheritedOverlay(),
    cancel: () => current.cancel(),
    retry: () => current.retry(),
    remove: () => current.remove().then(() => void (location.hash = "")),
    judgeAgain: (inputs: Inputs) => current.judgeAgain(inputs, language).then(begin),
  };
  const family = {
    parent: tools.memory.find(current.job.parent ?? ""),
    children: tools.memory.all().filter((job) => job.parent === current.job.id),
  };
  const view = createJobView({ actions, preview, t, language, now: tools.now, family });
  const update = (): void => {
    view.update(current.job);
    document.title = titleOf(current.job, t, language);
  };
  current.onChange = update;
  update();
  if (draft.job) view.resume(draft.job);
  draftOfView = () => ({ job: view.draft() });
  main.replaceChildren(view.element);
}

function begin(started: Session): void {
  session?.close();
  session = started;
  location.hash = started.job.id;
}

function focusHeading(): void {
  const heading = main.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus();
}

/** Writes the frame of the page in the language now chosen. */
function speak(): void {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll<HTMLElement>("[data-text]")) {
    setText(element, t(element.dataset["text"] as Parameters<Translate>[0]));
  }
  const buttons = LANGUAGES.map((code) => h("button", {
    type: "button", lang: code, "aria-pressed": String(code === language), title: LANGUAGE_NAMES[code],
    onclick: () => choose(code),
  }, code.toUpperCase()));
  const group = document.querySelector(".languages") as HTMLElement;
  group.setAttribute("aria-label", t("page.language"));
  group.replaceChildren(...buttons);
}

function choose(code: Language): void {
  const draft = draftOfView();
  language = code;
  t = translator(code);
  try {
    storage.setItem(LANGUAGE_KEY, code);
  } catch {
    // The choice then lasts for this visit.
  }
  speak();
  render(idInHash(location.hash), draft);
  document.querySelector<HTMLElement>(`.languages [lang=${code}]`)?.focus();
}
