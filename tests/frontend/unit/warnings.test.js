import assert from "node:assert/strict";
import { test } from "node:test";
import { translator } from "../../../frontend/src/strings/index.ts";
import { tellWarning } from "../../../frontend/src/warnings.ts";

const told = (warning, language) => tellWarning(warning, translator(language), language);

test("a warning of an entry says which one", () => {
  assert.equal(told("cut_at_end:load:2:10.0:40.5:operation=a: b", "en"),
    "Load 2 (10.0–40.5 s, a: b): The entry goes on behind the end of the clip: it holds only up to there.");
  assert.match(told("behind_end:load:1:60.0::operation=A", "en"), /^Load 1 \(from 60.0 s, A\):/);
  assert.equal(told("correction_partly_unseen:corrections:1:0.0:9.5:posture=kneeling", "cs"),
    "Oprava 1 (0,0–9,5 s, klek): V části úseku této opravy není nikdo vidět: tam oprava neplatí a doba zůstává nezjištěná.");
  assert.equal(told("behind_end:lifts:1:60.0::", "cs"),
    "Zvedání 1 (od 60,0 s): Zadání převzaté z předchozí analýzy leží za koncem záznamu: nikde neplatí.");
});

test("a warning of the clip, of an analysis of before, or of a newer worker is told without an entry", () => {
  assert.match(told("cut_at_end", "en"), /^The entry goes on behind/);
  assert.match(told("coarse_rate", "cs"), /^Záznam /);
  assert.equal(told("invented_later:load:1::10.0:", "en"), "Load 1 (until 10.0 s): invented later");
});
