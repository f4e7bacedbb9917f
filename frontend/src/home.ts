/** The first view: what this is, a video to choose, what was done before. */

import { createChooser, type ChooserDraft } from "./choose.ts";
import type { JobState } from "./contract.ts";
import { h } from "./dom.ts";
import { createFigure } from "./figure.ts";
import type { Language } from "./format.ts";
import { createRecent } from "./recent.ts";
import type { Remembered } from "./remember.ts";
import { Session, type Tools } from "./session.ts";
import type { Translate } from "./strings/index.ts";

const HINTS = ["whole", "still", "light"] as const;

export interface HomeContext {
  readonly tools: Tools;
  readonly t: Translate;
  readonly language: Language;
  readonly gone: AbortSignal;
  readonly begin: (session: Session) => void;
}

export interface Home {
  readonly element: HTMLElement;
  draft(): ChooserDraft;
  resume(draft: ChooserDraft): void;
}

export function createHome({ tools, t, language, gone, begin }: HomeContext): Home {
  const chooser = createChooser(async (file, video) => {
    begin(Session.begin(tools, await tools.api.create(video), file));
  }, t, language, gone);
  const ask = async (job: Remembered): Promise<JobState> => (await tools.api.read(job.id, job.token)).status.state;
  const element = h("div", { class: "home" },
    h("div", { class: "intro" }, h("h1", {}, t("home.title")), h("p", { class: "lead" }, t("home.lead"))),
    createFigure(),
    chooser.element,
    h("aside", { class: "beside" },
      h("section", { class: "hints", "aria-labelledby": "hints-title" },
        h("h2", { id: "hints-title" }, t("home.hints")),
        h("ul", {}, ...HINTS.map((hint) => h("li", {}, t(`home.hint.${hint}`))))),
      createRecent(tools.memory, ask, t, language)));
  return { element, draft: chooser.draft, resume: chooser.resume };
}
