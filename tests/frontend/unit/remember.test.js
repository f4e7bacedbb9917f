import assert from "node:assert/strict";
import { test } from "node:test";
import { ancestorOf, idInHash, Memory, parseJobs, withJob } from "../../../frontend/src/remember.ts";

const job = (letter, createdAt) => ({ id: letter.repeat(22), token: "t", name: `${letter}.mp4`, createdAt, uploaded: true });

test("the newest job comes first, and one job is listed once", () => {
  const jobs = [job("A", "2026-01-01"), job("B", "2026-01-03"), job("A", "2026-01-01")].reduce(withJob, []);
  assert.deepEqual(jobs.map((kept) => kept.name), ["B.mp4", "A.mp4"]);
});

test("no more than twenty are kept", () => {
  const many = Array.from({ length: 1001 }, (_, index) => ({ ...job("A", `2026-01-01T${index}`), id: String(index).padStart(22, "0") }));
  assert.equal(withJob(many, job("B", "2026-01-02")).length, 1000);
});

test("an analysis descends from the one that judges no other again, while the way there is known", () => {
  const [a, b, c] = ["A", "B", "C"].map((letter, index, all) => ({
    ...job(letter, `2026-01-0${index + 1}`), ...(index > 0 && { parent: all[index - 1].repeat(22) }),
  }));
  assert.equal(ancestorOf([c, b, a], c.id), a);
  assert.equal(ancestorOf([c, b, a], a.id), a);
  assert.equal(ancestorOf([c, a], c.id), undefined);
  assert.equal(ancestorOf([c, b, a], null), undefined);
  const circle = [{ ...a, parent: b.id }, b];
  assert.equal(ancestorOf(circle, b.id), undefined);
});

test("damaged or foreign entries are left out", () => {
  assert.deepEqual(parseJobs("{broken"), []);
  assert.deepEqual(parseJobs('{"not": "a list"}'), []);
  assert.deepEqual(parseJobs(JSON.stringify([{ id: "short" }, null, job("A", "2026-01-01")])).length, 1);
  assert.deepEqual(parseJobs(null), []);
});

test("a browser that refuses storage still remembers for this visit", () => {
  const refuses = { getItem: () => { throw new Error("no"); }, setItem: () => { throw new Error("no"); } };
  const memory = new Memory(refuses);
  memory.keep(job("A", "2026-01-01"));
  memory.keep(job("B", "2026-01-02"));
  memory.forget("A".repeat(22));
  assert.deepEqual(memory.all().map((kept) => kept.name), ["B.mp4"]);
});

test("two tabs do not lose each other's jobs", () => {
  const held = new Map();
  const storage = { getItem: (key) => held.get(key) ?? null, setItem: (key, value) => held.set(key, value) };
  const [one, other] = [new Memory(storage), new Memory(storage)];
  one.keep(job("A", "2026-01-01"));
  other.keep(job("B", "2026-01-02"));
  assert.equal(new Memory(storage).all().length, 2);
});

test("only a job id in the address is taken for one", () => {
  assert.equal(idInHash(`#${"-".repeat(22)}`), "-".repeat(22));
  for (const other of ["", "#", "#main", `#${"A".repeat(23)}`, "#../../etc"]) assert.equal(idInHash(other), null);
});
