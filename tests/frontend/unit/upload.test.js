import assert from "node:assert/strict";
import { test } from "node:test";
import { contentTypeOf, faultOf } from "../../../frontend/src/choose.ts";
import { minutesLeft } from "../../../frontend/src/progress.ts";
import { send } from "../../../frontend/src/upload.ts";

const ticket = { method: "PUT", url: "https://storage/x", headers: {}, expires_at: "" };

async function attempt(...statuses) {
  const seen = { puts: 0, waits: [] };
  const put = async () => {
    seen.puts += 1;
    return statuses.shift();
  };
  const sending = { progress() {}, waiting() {}, wait: async (ms) => void seen.waits.push(ms), put };
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

test("sending gives up after five tries", async () => {
  const seen = await attempt(0, 0, 0, 0, 0, 0);
  assert.deepEqual([seen.puts, seen.outcome], [5, "offline"]);
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
});

test("the time left is told once enough was sent to tell it", () => {
  assert.equal(minutesLeft(1, 1000, 0, 60_000), null);
  assert.equal(minutesLeft(500, 1000, 0, 1000), null);
  assert.equal(minutesLeft(250, 1000, 0, 60_000), 3);
});
