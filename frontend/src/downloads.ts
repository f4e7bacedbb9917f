/** The list of files to take away. */

import { KINDS, type ArtifactKind } from "./contract.ts";
import { h } from "./dom.ts";
import { formatBytes, type Language } from "./format.ts";
import type { LinkActions, LinkedFile } from "./links.ts";
import { isKey, type Translate } from "./strings/index.ts";

export interface Downloads {
  readonly element: HTMLElement;
  /** Shows these files in the order of their use. */
  list(files: readonly LinkedFile[]): void;
}

export function createDownloads(links: LinkActions, t: Translate, language: Language): Downloads {
  const element = h("ul", { class: "downloads" });
  return {
    element,
    list: (files) => element.replaceChildren(
      ...[...files].sort(byKind).map((file) => createDownload(file, element, links, t, language)),
    ),
  };
}

function byKind(a: { kind: ArtifactKind }, b: { kind: ArtifactKind }): number {
  const place = (kind: ArtifactKind): number => (KINDS.includes(kind) ? KINDS.indexOf(kind) : KINDS.length);
  return place(a.kind) - place(b.kind);
}

/** The worker may be newer than this page, which then has no better name than the file's ending. */
function kindName(kind: string, t: Translate): string {
  const key = `kind.${kind}`;
  return isKey(key) ? t(key) : kind;
}

function createDownload(
  file: LinkedFile, list: HTMLElement, links: LinkActions, t: Translate, language: Language,
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
