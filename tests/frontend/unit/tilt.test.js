import assert from "node:assert/strict";
import { test } from "node:test";
import { alongLine, rayOf, tiltOf, upOf } from "../../../frontend/src/tilt.ts";

const lens = { focalPx: 1000, width: 1280, height: 720 };
const near = (a, b, within = 1e-9) => a.forEach((value, index) => assert.ok(Math.abs(value - b[index]) <= within, `${a} ≠ ${b}`));
const dot = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0);
const apart = (a, b) => (Math.acos(Math.min(dot(a, b), 1)) * 180) / Math.PI;
/** Where a point of the camera frame is seen. */
const seenAt = ([x, y, z]) => ({ x: 0.5 + (lens.focalPx * x) / -z / lens.width, y: 0.5 - (lens.focalPx * y) / -z / lens.height });
/** Both ends of a post that stands upright for a camera of this tilt. */
const post = (tilt, foot) => {
  const up = upOf(tilt);
  return [seenAt(foot), seenAt(foot.map((value, index) => value + 1.5 * up[index]))];
};

test("up and tilt are two words for one thing", () => {
  for (const tilt of [[0, 0], [-20, 0], [10, -7], [-35, 25], [0, 170]]) {
    const [pitchDeg, rollDeg] = tilt;
    const back = tiltOf(upOf({ pitchDeg, rollDeg }));
    near([back.pitchDeg, back.rollDeg], tilt);
  }
});

test("a camera that looks down sees up lean towards it, one turned clockwise sees it lean left", () => {
  assert.ok(upOf({ pitchDeg: -20, rollDeg: 0 })[2] > 0.3);
  assert.ok(upOf({ pitchDeg: 0, rollDeg: 20 })[0] < -0.3);
});

test("a place in the picture is seen along its ray", () => {
  near(rayOf({ x: 0.5, y: 0.5 }, lens), [0, 0, -1]);
  near(rayOf(seenAt([0.4, -0.2, -2]), lens), [0.4, -0.2, -2].map((value) => value / Math.hypot(0.4, 0.2, 2)));
});

test("a line in the middle of a level camera fixes roll and leaves pitch", () => {
  const truth = { pitchDeg: 0, rollDeg: 8 };
  const [x, y] = upOf(truth);
  const [one, other] = post(truth, [-0.7 * x, -0.7 * y, -4]);
  const { tilt, turnedDeg } = alongLine({ pitchDeg: 0, rollDeg: 0 }, one, other, lens);
  near([tilt.pitchDeg, tilt.rollDeg, turnedDeg], [0, 8, 8], 1e-6);
});

test("a true estimate stays wherever the line is drawn, in either direction", () => {
  const truth = { pitchDeg: -18, rollDeg: 5 };
  for (const foot of [[0, -1, -4], [-1.5, -1, -4], [2, -0.8, -5]]) {
    const ends = post(truth, foot);
    for (const [one, other] of [ends, ends.toReversed()]) {
      const { tilt, turnedDeg } = alongLine(truth, one, other, lens);
      near([tilt.pitchDeg, tilt.rollDeg], [-18, 5], 1e-6);
      assert.ok(turnedDeg < 1e-6);
    }
  }
});

test("the vertical comes into the line's plane by the smallest rotation, and nearer to the truth", () => {
  const [truth, guess] = [{ pitchDeg: -25, rollDeg: 6 }, { pitchDeg: -10, rollDeg: -2 }];
  const ends = post(truth, [1.2, -1, -4]);
  const { tilt, turnedDeg } = alongLine(guess, ...ends, lens);
  const [first, second] = ends.map((end) => rayOf(end, lens));
  const normal = [
    first[1] * second[2] - first[2] * second[1], first[2] * second[0] - first[0] * second[2],
    first[0] * second[1] - first[1] * second[0],
  ];
  near([dot(upOf(tilt), normal)], [0]);
  near([apart(upOf(tilt), upOf(guess))], [turnedDeg], 1e-6);
  assert.ok(apart(upOf(tilt), upOf(truth)) < apart(upOf(guess), upOf(truth)));
  // Any other direction of the plane is farther from the estimate.
  const aside = [0, 1, 2].map((index) => upOf(tilt)[index] + 0.05 * first[index]);
  assert.ok(apart(aside.map((value) => value / Math.hypot(...aside)), upOf(guess)) > turnedDeg);
});

test("a line beside the middle of the picture changes pitch too", () => {
  const { tilt } = alongLine({ pitchDeg: 0, rollDeg: 0 }, ...post({ pitchDeg: -20, rollDeg: 0 }, [2, -0.5, -4]), lens);
  assert.ok(tilt.pitchDeg < -1);
});

test("a short line and one that is nearly level are refused", () => {
  const level = { pitchDeg: 0, rollDeg: 0 };
  assert.equal(alongLine(level, { x: 0.5, y: 0.5 }, { x: 0.5, y: 0.51 }, lens), null);
  assert.equal(alongLine(level, { x: 0.2, y: 0.5 }, { x: 0.8, y: 0.52 }, lens), null);
  assert.equal(alongLine(level, { x: 0.5, y: 0.5 }, { x: 0.5, y: 0.5 }, lens), null);
});
