import assert from "node:assert/strict";
import { test } from "node:test";
import { contentTypeOf, faultOf } from "../../../frontend/src/choose.ts";
import { minutesLeft } from "../../../frontend/src/progress.ts";
import { send } from "../../../frontend/src/upload.ts";

const EXPIRES = "2026-01-01T06:00:00Z";
const ticket = { method: "PUT", url: "https://storage/x", headers: {}, expires_at: EXPIRES };

async function attempt(...statuses) {
  const seen = { puts: 0, waits: [] };
  let clock = Date.parse("2026-01-01T05:00:00Z");
  const wait = async (ms) => {
    seen.waits.push(ms);
    clock += ms;
  };
  const put = async () => {
    seen.puts += 1;
    return statuses.shift() ?? 0;
  };
  const sending = { progress() {}, waiting() {}, wait, now: () => clock, put };
  seen.outcome = await send(ticket, new Blob(["x"]), sending, new AbortController().signal).catch((error) => error.code);
  return seen;
}

test("a stored video is sent once", async () => assert.deepEqual(await attempt(200), { puts: 1, waits: [], outcome: "stored" }));

test("a broken connection is tried again with growing pauses", async () => {
  assert.deepEqual(await attempt(0, 503, 200), { puts: 3, waits: [1000, 2000], outcome: "stored" });
});

test("a 412 means that an earlier try had arrived", async () => assert.equal((await attempt(0, 412)).outcome, "already_there"));

test("what cannot pass is not tried again", async () => {
  assert.deepEqual(await attempt(403), { puts: 1, waits: [], outcome: "upload_link_expired" });
  assert.deepEqual(await attempt(400), { puts: 1, waits: [], outcome: "upload_refused" });
});

test("a connection that stays away is waited for until the permission to upload has run out", async () => {
  const seen = await attempt();
  assert.equal(seen.outcome, "offline");
  assert.deepEqual(seen.waits.slice(0, 6), [1000, 2000, 4000, 8000, 16_000, 30_000]);
  assert.ok(seen.waits.reduce((sum, ms) => sum + ms, 0) >= 3_600_000);
});

test("a video is known by the browser's type or else by its ending", () => {
  const typed = (name, type) => contentTypeOf({ name, type });
  assert.equal(typed("a.mp4", "video/mp4"), "video/mp4");
  assert.equal(typed("a.MKV", ""), "video/x-matroska");
  assert.equal(typed("a.webm", "video/webm; codecs=vp9"), "video/webm");
  assert.equal(typed("noending", ""), "application/octet-stream");
  assert.equal(faultOf({ name: "a.mp4", size: 0, type: "video/mp4" }), "choose.empty");
  assert.equal(faultOf({ name: "a.pdf", size: 9, type: "application/pdf" }), "choose.not_video");
  assert.equal(faultOf({ name: "a.mov", size: 9, type: "" }), null);
  assert.equal(faultOf({ name: "a.mov", size: 100_000_000, type: "" }), null);
  assert.equal(faultOf({ name: "a.mov", size: 100_000_001, type: "" }), "problem.file_too_large");
});

test("the time left is told once enough was sent to tell it", () => {
  const start = { at: 0, sent: 0 };
  assert.equal(minutesLeft(1, 1000, start, 60_000), null);
  assert.equal(minutesLeft(500, 1000, start, 1000), null);
  assert.equal(minutesLeft(250, 1000, start, 60_000), 3);
  assert.equal(minutesLeft(500, 1000, { at: 0, sent: 250 }, 60_000), 2);
});
