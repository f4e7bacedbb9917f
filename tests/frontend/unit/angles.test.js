import assert from "node:assert/strict";
import { test } from "node:test";
import { extent, nearest, parseAngles, thin, UnreadableTable } from "../../../frontend/src/angles.ts";
import { readZones, severityOf, UnreadableAnalysis } from "../../../frontend/src/zones.ts";

const HEADER =
  "frame,time_s,person_seen,trunk_flexion_deg,neck_flexion_deg,arm_elevation_left_deg,arm_elevation_right_deg," +
  "arm_retroflexion_left_deg,arm_retroflexion_right_deg";

test("remarks are passed over and empty cells are unseen, not nought", () => {
  const angles = parseAngles(`# poloha angles 1\n${HEADER}\n0,0.000,1,12.5,-3,10,20,0,0\n1,0.040,0,,,,,,\n`);
  assert.deepEqual([...angles.times], [0, 0.04]);
  assert.deepEqual([...angles.signals.trunk], [12.5, Number.NaN]);
  assert.deepEqual([...angles.signals.arm_right], [20, Number.NaN]);
});

test("an arm clearly behind the trunk counts below nought, one raised forward does not", () => {
  const angles = parseAngles(`${HEADER}\n0,0,1,0,0,30,30,25,5\n`);
  assert.deepEqual([angles.signals.arm_left[0], angles.signals.arm_right[0]], [-30, 30]);
});

test("a table without the angles is refused by name", () => {
  assert.throws(() => parseAngles("frame,time_s\n0,0\n"), UnreadableTable);
});

test("the nearest sample is found, before, between and after", () => {
  const times = Float64Array.of(0, 1, 2, 4);
  assert.deepEqual([-1, 0.4, 0.6, 2.9, 3.1, 9].map((seconds) => nearest(times, seconds)), [0, 0, 1, 2, 3, 3]);
  assert.equal(nearest(new Float64Array(), 1), -1);
});

test("thinning an hour keeps every peak and every gap", () => {
  const count = 43_200;
  const times = Float64Array.from({ length: count }, (_, index) => index / 12);
  const values = Float32Array.from({ length: count }, () => 10);
  values[12_345] = 95;
  values[30_000] = -40;
  values.fill(Number.NaN, 20_000, 20_100);
  const runs = thin(times, values, 800);
  const points = runs.flat();
  assert.equal(runs.length, 2);
  assert.ok(points.length <= 2 * 800 + 4);
  assert.deepEqual([Math.max(...points.map((point) => point.value)), Math.min(...points.map((point) => point.value))], [95, -40]);
});

test("a hole in the times breaks the curve", () => {
  assert.equal(thin(Float64Array.of(0, 0.1, 1.5, 1.6), Float32Array.of(1, 2, 3, 4), 100).length, 2);
});

test("the extent leaves unseen samples out", () => {
  assert.deepEqual(extent(Float32Array.of(Number.NaN, 3, -2, Number.NaN)), [-2, 3]);
  assert.ok(extent(Float32Array.of(Number.NaN)).every(Number.isNaN));
});

test("an edge belongs to the zone nearer to nought", () => {
  assert.deepEqual([-16, -15, 40, 41, 60, 61].map((degrees) => severityOf("trunk", degrees)), [2, 0, 0, 1, 1, 2]);
  assert.deepEqual([-1, 0, 40, 60.5].map((degrees) => severityOf("arm_left", degrees)), [2, 0, 0, 2]);
});

test("an analysis without zones is refused", () => {
  assert.throws(() => readZones({}), UnreadableAnalysis);
  assert.throws(() => readZones({ original_zones: { parts: [{ part: "trunk", zones: [], unknown_s: 0 }] } }), UnreadableAnalysis);
});
