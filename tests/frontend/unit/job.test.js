import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "../../../frontend/src/api.ts";
import { lacksLinks, linked, openJob, reduce, sceneOf } from "../../../frontend/src/job.ts";
import { stepOf } from "../../../frontend/src/progress.ts";

const known = { id: "A".repeat(22), token: "secret", name: "a.mp4" };
const sending = { phase: "sending", sent: 0, total: 10, waiting: false };
const status = (revision, state, more = {}) => ({ job_id: known.id, revision, state, artifacts: [], ...more });
const file = (name, run = "1-n") => ({ name, kind: "angles.csv", key: `results/${run}/${name}`, bytes: 1 });
const play = (upload, ...happenings) => happenings.reduce(reduce, openJob(known, upload));

test("an upload is followed byte by byte and then waits for its job", () => {
  const half = play(sending, { type: "sent", sent: 5, total: 10 });
  assert.deepEqual([sceneOf(half), half.upload.sent], ["sending", 5]);
  assert.equal(sceneOf(play(sending, { type: "uploaded" })), "waiting");
});

test("an older status never replaces a newer one", () => {
  const job = play({ phase: "done" }, { type: "status", status: status(7, "completed") }, { type: "status", status: status(6, "processing") });
  assert.equal(sceneOf(job), "completed");
});

test("a job left in mid-upload is interrupted until its status says more", () => {
  const job = play({ phase: "lost" });
  assert.equal(sceneOf(job), "opening");
  const waiting = reduce(job, { type: "status", status: status(1, "awaiting_upload") });
  assert.equal(sceneOf(waiting), "interrupted");
  assert.equal(sceneOf(reduce(waiting, { type: "status", status: status(2, "queued", { attempt: 1 }) })), "queued");
});

test("lost contact is remembered until the next status", () => {
  const lost = play({ phase: "done" }, { type: "unreachable" });
  assert.equal(lost.online, false);
  assert.equal(reduce(lost, { type: "status", status: status(1, "queued") }).online, true);
});

test("links of an earlier run are not used for files of the next, which have the same names", () => {
  const first = status(5, "completed", { attempt: 1, artifacts: [file("a.csv", "1-n")] });
  const job = play({ phase: "done" }, { type: "viewed", view: { status: first, status_url: "", artifacts: [{ name: "a.csv", url: "https://1" }] } });
  assert.deepEqual(linked(job).map((found) => found.href), ["https://1"]);
  const second = reduce(job, { type: "status", status: status(9, "completed", { attempt: 2, artifacts: [file("a.csv", "2-m")] }) });
  assert.deepEqual(linked(second), []);
  assert.equal(lacksLinks(second), true);
});

test("a refused job stays refused whatever else is known of it", () => {
  const job = play({ phase: "done" }, { type: "status", status: status(3, "completed") }, { type: "refused", problem: new Problem(404, "not_found", "") });
  assert.equal(sceneOf(job), "refused");
});

test("steps follow the stages", () => {
  const at = (state, stage) => stepOf(play({ phase: "done" }, { type: "status", status: status(2, state, { stage }) }));
  assert.deepEqual(
    [stepOf(play(sending)), at("queued", null), at("processing", "starting"), at("processing", "pose"), at("processing", "overlay"), at("processing", "uploading")],
    ["upload", "queue", "queue", "pose", "overlay", "save"],
  );
});
