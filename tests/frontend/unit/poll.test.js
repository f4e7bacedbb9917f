import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "../../../frontend/src/api.ts";
import { delayMs, follow } from "../../../frontend/src/poll.ts";

const status = (revision, state) => ({ job_id: "j", revision, state });
const json = (body, etag) => new Response(JSON.stringify(body), { status: 200, headers: { etag } });

/** Plays `answers` (a Response, an Error, or a function of the request) to the poller and keeps what it asked and told. */
async function watch(answers, { views = [], url = "https://storage/1" } = {}) {
  const seen = { asked: [], told: [], waits: [], viewed: 0 };
  const stop = new AbortController();
  const send = async (address, init = {}) => {
    seen.asked.push([address, new Headers(init.headers).get("if-none-match")]);
    const answer = answers.shift();
    if (answer === undefined) stop.abort();
    if (!(answer instanceof Response)) throw new TypeError("network");
    return answer;
  };
  const view = async () => {
    seen.viewed += 1;
    const next = views.shift();
    if (next instanceof Error) throw next;
    return next;
  };
  const wait = async (ms) => void seen.waits.push(ms);
  await follow(url, { send, view, wait, hidden: () => false }, (news) => seen.told.push(news), stop.signal);
  return seen;
}

test("unchanged status costs a conditional request and tells nothing", async () => {
  const seen = await watch([json(status(1, "queued"), '"a"'), new Response(null, { status: 304 }), json(status(2, "completed"), '"b"')]);
  assert.deepEqual(seen.asked.map(([, etag]) => etag), [null, '"a"', '"a"']);
  assert.deepEqual(seen.told.map((news) => news.status?.state), ["queued", "completed"]);
});

test("polling ends with the job", async () => {
  for (const state of ["completed", "failed", "cancelled", "expired", "deleted"]) {
    assert.equal((await watch([json(status(3, state), '"a"')])).asked.length, 1);
  }
});

test("a refused link is replaced by the edge once and then polled again", async () => {
  const fresh = { status: status(2, "processing"), status_url: "https://storage/2", artifacts: [] };
  const seen = await watch([new Response(null, { status: 403 }), json(status(3, "completed"), '"b"')], { views: [fresh] });
  assert.equal(seen.viewed, 1);
  assert.deepEqual(seen.asked.map(([address]) => address), ["https://storage/1", "https://storage/2"]);
});

test("a failed conditional request is repeated without condition", async () => {
  const seen = await watch([json(status(1, "queued"), '"a"'), new TypeError(), json(status(2, "completed"), '"b"')]);
  assert.deepEqual(seen.asked.map(([, etag]) => etag), [null, '"a"', null]);
  assert.equal(seen.told.some((news) => news.type === "unreachable"), false);
});

test("storage that does not answer is told and waited for longer and longer", async () => {
  const lost = Array.from({ length: 4 }, () => new Response(null, { status: 503 }));
  const seen = await watch([...lost, json(status(2, "completed"), '"b"')]);
  assert.equal(seen.told.filter((news) => news.type === "unreachable").length, 4);
  assert.deepEqual(seen.waits, [2000, 4000, 8000, 16_000]);
});

test("an edge that knows no such job ends the watch, one that is down does not", async () => {
  const gone = await watch([], { url: null, views: [new Problem(404, "not_found", "")] });
  assert.equal(gone.told.at(-1).type, "refused");
  const back = { status: status(2, "completed"), status_url: "https://storage/2", artifacts: [] };
  const down = await watch([], { url: null, views: [new Problem(503, "internal", ""), back] });
  assert.deepEqual(down.told.map((news) => news.type), ["unreachable", "viewed"]);
});

test("looks grow rarer while nothing changes, rarer still while waiting in the queue or hidden", () => {
  const delay = (more) => delayMs({ quiet: 0, lost: 0, hidden: false, state: "processing", ...more });
  assert.ok(delay({}) <= 1000);
  assert.ok(delay({ quiet: 3 }) > delay({ quiet: 1 }));
  assert.ok(delay({ quiet: 50 }) <= 4000);
  assert.ok(delay({ quiet: 50, state: "queued" }) > delay({ quiet: 50 }));
  assert.ok(delay({ hidden: true }) >= 20_000);
  assert.ok(delay({ lost: 50 }) <= 30_000);
});
