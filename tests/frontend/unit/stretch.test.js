import assert from "node:assert/strict";
import { test } from "node:test";
import { stretchOf } from "../../../frontend/src/stretch.ts";

test("a stretch begins at either end and is told to a tenth of a second", () => {
  assert.deepEqual(stretchOf(2.34, 1.06), { start: 1.1, end: 2.3 });
  assert.deepEqual(stretchOf(1.06, 2.34), { start: 1.1, end: 2.3 });
});

test("a click is no stretch", () => {
  assert.equal(stretchOf(1.5, 1.5), null);
  assert.equal(stretchOf(1.51, 1.54), null);
});
