import assert from "node:assert/strict";
import { test } from "node:test";
import { apart } from "../../../frontend/src/timeline.ts";

test("of labels that would run into each other the first is kept", () => {
  assert.deepEqual(apart([40, -15, 60], (degrees) => degrees), [40, -15, 60]);
  assert.deepEqual(apart([40, -15, 60], (degrees) => degrees / 2), [40, -15]);
  assert.deepEqual(apart([], (degrees) => degrees), []);
});
