/** Čeština: závěr podle nařízení, vedle slov protokolu. */
import type { verdict as english } from "./verdict.en.ts";

export const verdict: Readonly<Record<keyof typeof english, string>> = {
  "verdict.old": "Tato analýza vznikla dříve, než stránka kategorii ukazovala. Najdete ji v protokolu (PDF); po novém vyhodnocení níže se ukáže i zde.",
  "verdict.scope.assumed":
    "Podle nařízení vlády č. 361/2007 Sb., jen z tohoto záznamu, jako by byl celou směnou s {minutes} min práce.",
  "verdict.scope.entered":
    "Podle nařízení vlády č. 361/2007 Sb., jen z tohoto záznamu a pro zadanou směnu s {minutes} min práce.",
  "verdict.shift":
    "Minuty operací zadejte níže v části Vyhodnotit znovu, nebo je změňte v sešitu (XLSX); směnu z více záznamů hodnotí příkaz assess.",
  "verdict.readings": "Jiné výklady, které kategorii mění: {count}",
  "verdict.warnings": "Upozornění",
  "verdict.entry.from": "od {start} s",
  "verdict.entry.until": "do {end} s",
  "verdict.rows": "Řádky nařízení, do nichž spadá část doby, od nejhoršího",
  "verdict.rows.about": "Limity 1 / 2: minuty, do nichž řádek zůstává v kategorii 1 a v kategorii 2. ≥: nejméně tolik. N: nepřijatelná, PP: podmíněně přijatelná poloha. „Blízko hranice“: počet pohybů za minutu nelze odlišit od 2.",
  "verdict.column.row": "Řádek",
  "verdict.column.minutes": "min/směna",
  "verdict.column.limits": "Limity 1 / 2",
  "verdict.column.category": "Kategorie",
  "verdict.column.interval": "90% interval",
  "verdict.column.status": "Stav",
  "verdict.rest": "Ostatní řádky: {count} z {total}, z toho nehodnocených {missing}",
  "verdict.reach": "90% interval {range}\u00a0min",
  "verdict.empty": "Hodnoceno, nezjištěna žádná doba",
  "verdict.reason.not_in_video": "Nehodnoceno: z videa to nelze poznat; pokud nastává, zadejte to",
  "verdict.reason.partly_in_video": "Nehodnoceno: z videa je vidět jen část",
  "verdict.reason.unknown_time": "Nehodnoceno: úhel nebo poloha nebyly zjištěny déle než pětinu doby",
  "verdict.reason.part_left_out": "Nehodnoceno: tato část těla nebyla vybrána",
  "verdict.reason.entry_only": "Nehodnoceno: podle nastavení se zadává ručně",
  "verdict.reason.excluded": "Nehodnoceno: vyloučil odborník",
  "verdict.owas_known": "OWAS hodnotí {share} doby: ve zbytku byla zakrytá dolní končetina, osoba ležela, nebo nebyla vidět.",
  "verdict.levels.action": "Doba podle úrovně opatření: {list}.",
  "verdict.levels.category": "Doba podle kategorie: {list}.",
};
