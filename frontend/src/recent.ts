/** The list of jobs this device has started. */

import { h } from "./dom.ts";
import { formatDate, type Language } from "./format.ts";
import type { Memory, Remembered } from "./remember.ts";
import type { Translate } from "./strings/index.ts";

/** Null where there is nothing to list. */
export function createRecent(memory: Memory, t: Translate, language: Language): HTMLElement | null {
  if (memory.all().length === 0) return null;
  const list = h("ul", { class: "recent-list" });
  const section = h("section", { class: "recent", "aria-labelledby": "recent-title" },
    h("h2", { id: "recent-title" }, t("recent.title")), list);
  for (const job of memory.all()) {
    const row = createRow(job, t, language, () => {
      memory.forget(job.id);
      row.remove();
      if (memory.all().length === 0) section.remove();
    });
    list.append(row);
  }
  return section;
}

function createRow(job: Remembered, t: Translate, language: Language, forget: () => void): HTMLElement {
  const state = job.state ?? "unknown";
  const name = t("recent.forget", { name: job.name });
  return h("li", { class: "recent-row" },
    h("a", { href: `#${job.id}` },
      h("span", { class: "recent-name" }, job.name),
      h("span", { class: "recent-date" }, formatDate(job.createdAt, language)),
      h("span", { class: "recent-state", "data-state": state }, t(`recent.state.${state}`))),
    h("button", { type: "button", class: "icon", "aria-label": name, title: name, onclick: forget }, "×"));
}
