/** The page's words in the reader's language. */

import type { Language } from "../format.ts";
import { cs } from "./cs.ts";
import { en } from "./en.ts";

export type Key = keyof typeof en;
export type Catalogue = Readonly<Record<Key, string>>;
export type Fill = Readonly<Record<string, string | number>>;
export type Translate = (key: Key, fill?: Fill) => string;

export const LANGUAGES: readonly Language[] = ["cs", "en"];
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { cs: "Čeština", en: "English" };
const CATALOGUES: Readonly<Record<Language, Catalogue>> = { cs, en };

/** The words of one language. */
export function translator(language: Language): Translate {
  const catalogue = CATALOGUES[language];
  return (key, fill = {}) => catalogue[key].replace(/\{(\w+)\}/g, (_, name: string) => String(fill[name] ?? ""));
}

/** The reader's own choice, else the first language of the browser that there is a catalogue for, else English. */
export function pickLanguage(chosen: string | null, preferred: readonly string[]): Language {
  const wishes = [chosen, ...preferred].map((wish) => (wish ?? "").toLowerCase().split("-")[0]);
  const found = wishes.map((wish) => (wish === "sk" ? "cs" : wish)).find((wish) => LANGUAGES.includes(wish as Language));
  return (found as Language | undefined) ?? "en";
}

/** The words of a key that there may not be, because the worker is newer than the page. */
export function textOr(key: string, otherwise: string, t: Translate): string {
  return isKey(key) ? t(key) : otherwise;
}

export function isKey(key: string): key is Key {
  return Object.hasOwn(en, key);
}
