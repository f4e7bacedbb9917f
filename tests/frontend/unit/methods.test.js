import assert from "node:assert/strict";
import { test } from "node:test";
import { readMethods } from "../../../frontend/src/methods.ts";

const owas = {
  observed_s: 60, unknown_s: 0,
  categories: [{ score: 2, percent: 99.9 }, { score: 4, percent: 0.1 }],
};

test("OWAS's headline is the category that lasted, and in an analysis of before the highest seen", () => {
  assert.equal(readMethods({ owas: { ...owas, highest: 2 } })[0].score, 2);
  assert.equal(readMethods({ owas })[0].score, 4);
  assert.deepEqual(readMethods({ owas: { ...owas, highest: null } }), []);
});
