import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "../../../frontend/src/api.ts";
import { contradictions, faultsOf, readField, textOf, withValue } from "../../../frontend/src/inputs/check.ts";
import { JUDGED, LOGGED, TOLD } from "../../../frontend/src/inputs/spec.ts";
import { en } from "../../../frontend/src/strings/en.ts";

const SECTIONS = [...TOLD, ...LOGGED, ...JUDGED];
const field = (id, name) => SECTIONS.find((section) => section.id === id).fields.find((found) => found.name === name);
const faults = (inputs) => contradictions(inputs, SECTIONS).map(({ path, key }) => [path, key.replace("inputs.fault.", "")]);

test("centimetres become the contract's metres, and back", () => {
  const height = field("person", "height_m");
  assert.deepEqual(readField(height, " 182 "), { value: 1.82 });
  assert.deepEqual(readField(height, "167,5"), { value: 1.675 });
  assert.equal(textOf(height, 2.3, "en"), "230");
  assert.equal(textOf(height, null, "en"), "");
});

test("a value stands in its field as the reader's language writes it, and is read again", () => {
  const [roll, kg] = [field("camera", "roll_deg"), field("load", "kg")];
  assert.equal(textOf(kg, 7.5, "cs"), "7,5");
  assert.equal(textOf(kg, 1000, "en"), "1000");
  assert.deepEqual(readField(roll, textOf(roll, -2.6, "cs")), { value: -2.6 });
});

test("what is outside the limits is told with the limits in the reader's unit", () => {
  assert.deepEqual(readField(field("person", "height_m"), "231"), { key: "inputs.fault.range", fill: { least: 120, most: 230 } });
  assert.equal(readField(field("person", "age_years"), "40.5").key, "inputs.fault.whole");
  assert.equal(readField(field("operations", "pieces"), "0").key, "inputs.fault.above");
  assert.equal(readField(field("load", "kg"), "heavy").key, "inputs.fault.range");
  assert.equal(readField(field("load", "kg"), "").key, "inputs.fault.missing");
});

test("an empty field is not entered, and a typographic minus is one", () => {
  assert.deepEqual(readField(field("camera", "pitch_deg"), " "), { value: undefined });
  assert.deepEqual(readField(field("camera", "pitch_deg"), "−12,5"), { value: -12.5 });
  assert.deepEqual(readField(field("load", "shock"), false), { value: undefined });
  assert.deepEqual(readField(field("support", "supported"), "no"), { value: false });
});

test("a stretch ends after it starts", () => {
  assert.deepEqual(faults({ neutral: [{ start_s: 2, end_s: 2 }], load: [{ kg: 1, start_s: 3 }] }), [["neutral.0.end_s", "interval_order"]]);
});

test("stretches of operations may touch but not overlap", () => {
  const told = (start_s) => ({ segments: [{ operation: "b", start_s, end_s: 5 }, { operation: "a", start_s: 0, end_s: 2 }] });
  assert.deepEqual(faults(told(2)), []);
  assert.deepEqual(faults(told(1.5)), [["segments.1.start_s", "segments_overlap"]]);
});

test("a stretch shows an operation of the shift, and of several operations each has its stretch", () => {
  const operations = [{ name: "saw", minutes: 5 }, { name: "stack", minutes: 9 }];
  const shown = (operation) => [{ operation, start_s: 0, end_s: 2 }];
  assert.deepEqual(faults({ operations, segments: shown("stack") }), []);
  assert.deepEqual(faults({ operations, segments: shown("stac") }), [["segments.0.operation", "unknown_operation"]]);
  assert.deepEqual(faults({ segments: shown("stac") }), []);
  assert.deepEqual(faults({ operations }), [["segments", "no_segments"]]);
  const rows = [{ row: "trup.6", share: 0.5, operation: "saw" }, { row: "trup.6", share: 0.5, operation: "sew" }];
  assert.deepEqual(faults({ rows, segments: shown("saw") }), [["rows.1.operation", "unknown_operation"]]);
  assert.deepEqual(faults({ operations: operations.slice(1) }), []);
});

test("nothing begins after the clip has ended", () => {
  const neutral = [{ start_s: 7, end_s: 9 }, { start_s: 8, end_s: 9 }];
  const late = (lengthS) => contradictions({ neutral }, SECTIONS, lengthS).map(({ path, key }) => [path, key]);
  assert.deepEqual(late(7.5), [["neutral.1.start_s", "inputs.fault.too_late"]]);
  assert.deepEqual(late(undefined), []);
});

test("an entered row has minutes or a share", () => {
  const row = "trup.6";
  const rows = [{ row }, { row, minutes: 0 }, { row, share: 0.5 }, { row, minutes: 5, share: 0.5 }];
  assert.deepEqual(faults({ rows }), [["rows.0.minutes", "share_or_minutes"], ["rows.3.minutes", "share_or_minutes"]]);
  assert.deepEqual(readField(field("rows", "share"), "12,5"), { value: 0.125 });
  assert.equal(textOf(field("rows", "share"), 0.125, "cs"), "12,5");
});

test("an operation has one name and minutes or pieces", () => {
  const operations = [{ name: "saw", minutes: 5, pieces: 2 }, { name: "saw" }];
  const segments = [{ operation: "saw", start_s: 0, end_s: 2 }];
  assert.deepEqual(faults({ operations, segments }), [["operations.0.pieces", "minutes_or_pieces"], ["operations.1.name", "operations_doubled"]]);
});

test("meal breaks leave some work", () => {
  const breaks = [{ minutes: 480, meal: true }];
  assert.deepEqual(faults({ shift: { breaks } }), [["shift.minutes", "no_work_time"]]);
  assert.deepEqual(faults({ shift: { minutes: 510, breaks } }), []);
});

test("a correction is a posture or an angle with its value", () => {
  const stretch = { start_s: 1, end_s: 2 };
  const wrong = [{ ...stretch }, { ...stretch, posture: "lying", signal: "trunk_flexion", value_deg: 1 }, { ...stretch, signal: "x" }];
  assert.deepEqual(faults({ corrections: wrong }).map(([path]) => path), [0, 1, 2].map((index) => `corrections.${index}.posture`));
  assert.deepEqual(faults({ corrections: [{ ...stretch, posture: "lying" }, { row: "trup.6", share: 0.5 }] }), []);
});

test("the service's own words find their field", () => {
  const faults = [
    { place: "options.inputs.load.0.kg", code: "less_than_equal", detail: "Input should be less; or equal" },
    { place: "options.person", code: "int_type", detail: "Input should be valid" },
    { place: "inputs.segments", code: "segments_overlap", detail: "two segments overlap" },
    { place: "", code: "json_invalid", detail: "Invalid JSON" },
  ];
  const found = faultsOf(new Problem(422, "invalid_request", "", { faults }));
  assert.deepEqual(found.map(({ path }) => path), ["load.0.kg", "options.person", "segments"]);
  assert.deepEqual(found.map(({ key }) => key.split(".").at(-1)), ["refused", "refused", "segments_overlap"]);
  assert.equal(found[0].fill.detail, "Input should be less; or equal");
  assert.deepEqual(faultsOf(new Problem(422, "invalid_request", "")), []);
  assert.equal(faultsOf(new Problem(409, "needs_video", ""))[0].path, "person.height_m");
  assert.deepEqual(faultsOf(new Problem(503, "internal", "a: b")), []);
});

test("a value is put deep into a copy", () => {
  const before = { shift: null, load: [] };
  assert.deepEqual(withValue(before, "shift.breaks", [1]), { shift: { breaks: [1] }, load: [] });
  assert.equal(before.shift, null);
});

test("every section, field and choice has its words", () => {
  for (const section of SECTIONS) {
    const of = (name) => assert.ok(`inputs.${section.id}${name}` in en, `${section.id}${name}`);
    of("");
    of(".about");
    if (section.most) [".add", ".one"].forEach(of);
    for (const { name, kind, choices = [] } of section.fields) {
      of(`.${name}`);
      if (kind === "row") continue;
      for (const choice of choices) assert.ok(`inputs.choice.${choice}` in en, choice);
    }
  }
});
