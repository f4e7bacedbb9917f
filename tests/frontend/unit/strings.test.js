import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { formatBytes, formatClock, formatDegrees, formatDuration, formatMoment, formatPercent } from "../../../frontend/src/format.ts";
import { cs } from "../../../frontend/src/strings/cs.ts";
import { en } from "../../../frontend/src/strings/en.ts";
import { pickLanguage, translator } from "../../../frontend/src/strings/index.ts";

const SOURCES = new URL("../../../frontend/src/", import.meta.url);
const source = readdirSync(SOURCES, { recursive: true })
  .filter((name) => name.endsWith(".ts") && !name.startsWith("strings"))
  .map((name) => readFileSync(new URL(name, SOURCES), "utf8")).join("\n")
  + readFileSync(new URL("../index.html", SOURCES), "utf8");
const places = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test("every string exists in both languages, filled and with the same places", () => {
  assert.deepEqual(Object.keys(cs).sort(), Object.keys(en).sort());
  for (const key of Object.keys(en)) {
    assert.ok(en[key].trim() && cs[key].trim(), key);
    assert.deepEqual(places(cs[key]), places(en[key]), key);
  }
});

const SAME = [
  "inputs.unit.cm", "inputs.unit.deg", "inputs.unit.kg", "inputs.unit.percent", "inputs.unit.min", "inputs.unit.s", "zone.chart", "timeline.value",
];

test("nothing was left in the other language", () => {
  const same = Object.keys(en).filter((key) => en[key] === cs[key]);
  assert.deepEqual(same, SAME);
});

test("every string the page names exists, and none is left over", () => {
  const named = new Set([...source.matchAll(/(?:\bt\(|data-text=)"([\w.]+)"/g)].map((match) => match[1]));
  for (const key of named) assert.ok(key in en, key);
  const built = [...source.matchAll(/`([a-z][\w.]*\.)\$\{/g)].map((match) => match[1]);
  const quoted = new Set([...source.matchAll(/"([a-z_]+(?:\.[\w.]+)+)"/g)].map((match) => match[1]));
  const unused = Object.keys(en).filter((key) => !quoted.has(key) && !built.some((start) => key.startsWith(start)));
  assert.deepEqual(unused, []);
});

test("the reader's own choice goes before the browser's languages", () => {
  assert.equal(pickLanguage("en", ["cs"]), "en");
  assert.equal(pickLanguage(null, ["de-DE", "cs-CZ", "en"]), "cs");
  assert.equal(pickLanguage(null, ["sk-SK", "en"]), "cs");
  assert.equal(pickLanguage(null, ["de"]), "en");
  assert.equal(pickLanguage("xx", []), "en");
});

test("places are filled", () => {
  assert.equal(translator("en")("progress.sent", { sent: "1 MB", total: "2 MB" }), "1 MB of 2 MB");
});

test("numbers are written as the language wants them", () => {
  assert.equal(formatBytes(12_345_678, "cs"), "12,3 MB");
  assert.equal(formatBytes(12_345_678, "en"), "12.3 MB");
  assert.equal(formatBytes(999, "en"), "999 B");
  assert.deepEqual([0, 59.9, 61, 3725].map(formatClock), ["0:00", "0:59", "1:01", "1:02:05"]);
  assert.deepEqual([0, 0.2, 43.4].map((percent) => formatPercent(percent, "en").replaceAll("\u00a0", " ")), ["0 %", "< 1 %", "43 %"]);
  assert.deepEqual([formatMoment(61.26, "en"), formatMoment(59.97, "cs")], ["1:01.3", "1:00,0"]);
  assert.deepEqual([-25, -0.3, Number.NaN].map((degrees) => formatDegrees(degrees, "en")), ["−25°", "0°", "–"]);
  const lengths = [0, 0.04, 0.06, 4.24, 9.97, 41.6, 59.7, 180, 200, 3905, Number.NaN].map((seconds) => formatDuration(seconds, "cs"));
  assert.deepEqual(lengths.map((length) => length.replaceAll("\u00a0", " ")),
    ["0 s", "< 0,1 s", "0,1 s", "4,2 s", "10,0 s", "42 s", "1 min", "3 min", "3 min 20 s", "1 h 5 min", "–"]);
});
