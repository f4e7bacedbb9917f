/** The way between an analysis and those that judge it again. */

import { h } from "./dom.ts";
import { formatDate, type Language } from "./format.ts";
import type { Remembered } from "./remember.ts";
import type { Translate } from "./strings/index.ts";

export interface Family {
  /** The analysis that this one judges again, where this device still knows it. */
  readonly parent: Remembered | undefined;
  /** Those that judge this one again, newest first. */
  readonly children: readonly Remembered[];
}

/** Null where there is nobody to link to. */
export function createFamily({ parent, children }: Family, t: Translate, language: Language): HTMLElement | null {
  if (!parent && children.length === 0) return null;
  const link = (job: Remembered): HTMLElement =>
    h("li", {}, h("a", { href: `#${job.id}` }, formatDate(job.createdAt, language)));
  const line = (words: string, jobs: readonly Remembered[]): HTMLElement | null =>
    jobs.length === 0 ? null : h("div", { class: "family-line" }, h("span", {}, words), h("ul", {}, ...jobs.map(link)));
  return h("nav", { class: "family", "aria-label": t("family.title") },
    line(t("family.parent"), parent ? [parent] : []), line(t("family.children"), children));
}
