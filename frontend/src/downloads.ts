/** The list of files to take away. */

import { KINDS, type ArtifactKind } from "./contract.ts";
import { h, setText } from "./dom.ts";
import { formatBytes, type Language } from "./format.ts";
import type { LinkActions, LinkedFile } from "./links.ts";
import { isKey, type Translate } from "./strings/index.ts";

const STILL_PX = 6;

export interface Downloads {
  readonly element: HTMLElement;
  /** Shows these files, one of a kind, in the order of their use. Entries stay the same elements, so that no click is lost. */
  list(files: readonly LinkedFile[]): void;
}

interface Entry {
  readonly element: HTMLElement;
  show(file: LinkedFile): void;
}

export function createDownloads(links: LinkActions, t: Translate, language: Language): Downloads {
  const element = h("ul", { class: "downloads" });
  const entries = new Map<ArtifactKind, Entry>();
  const list = (files: readonly LinkedFile[]): void => {
    for (const [kind, entry] of entries) {
      if (files.some((file) => file.kind === kind)) continue;
      entry.element.remove();
      entries.delete(kind);
    }
    let before: Element | null = null;
    for (const file of [...files].sort(byKind)) {
      const known = entries.get(file.kind);
      const entry = known ?? createEntry(file.kind, links, t, language);
      entry.show(file);
      // An entry that is there already stands where it belongs; moving it would take the focus away.
      if (!known) element.insertBefore(entry.element, before ? before.nextSibling : element.firstChild);
      entries.set(file.kind, entry);
      before = entry.element;
    }
  };
  return { element, list };
}

/** A total order: two entries never change places. */
function byKind(a: { kind: ArtifactKind }, b: { kind: ArtifactKind }): number {
  const place = (kind: ArtifactKind): number => (KINDS.includes(kind) ? KINDS.indexOf(kind) : KINDS.length);
  return place(a.kind) - place(b.kind) || a.kind.localeCompare(b.kind);
}

/** The worker may be newer than this page, which then has no better name than the file's ending. */
function kindName(kind: string, t: Translate): string {
  const key = `kind.${kind}`;
  return isKey(key) ? t(key) : kind;
}

/** A press counts although the page has moved the link away from under a pointer that stood still. */
function listenForPress(link: HTMLAnchorElement): void {
  link.addEventListener("pointerdown", (down) => {
    const over = new AbortController();
    const options = { once: true, signal: over.signal };
    // It has become a scroll or a drag.
    window.addEventListener("pointercancel", () => over.abort(), options);
    window.addEventListener("pointerup", (up) => {
      over.abort();
      if (up.pointerId !== down.pointerId) return;
      const still = Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY) <= STILL_PX;
      const under = document.elementFromPoint(up.clientX, up.clientY);
      if (down.button === 0 && still && !link.contains(under) && link.isConnected) link.click();
    }, options);
  });
}

function createEntry(kind: ArtifactKind, links: LinkActions, t: Translate, language: Language): Entry {
  const [name, size] = [h("span", { class: "download-name" }), h("span", { class: "download-size" })];
  const link = h("a", { rel: "noreferrer", "data-kind": kind },
    h("span", { class: "download-kind" }, kindName(kind, t)), name, size);
  const element = h("li", {}, link);
  link.addEventListener("click", (event) => {
    if (links.linksAreFresh()) return;
    event.preventDefault();
    // By then the entry carries a fresh link, unless its file is gone.
    void links.renewLinks().then(() => element.isConnected && link.click());
  });
  listenForPress(link);
  return {
    element,
    show(file) {
      link.href = file.href;
      link.download = file.name;
      setText(name, file.name);
      setText(size, formatBytes(file.bytes, language));
    },
  };
}
