// The real Worker in the real workerd, offline, with Cloudflare's own R2, queue, asset and cron simulators.
//
// Started by local/edge.py. One argument: options as JSON. Then JSON lines: requests {id, op, args} come on stdin,
// answers {id, result} or {id, error} go to the file descriptor `answers`; the first line there is {url}. It ends when
// stdin closes, be it while the Worker starts, and takes the process group it was started in with it.
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { experimental_readRawConfig as readRawConfig, unstable_startWorker as startWorker } from "wrangler";

import { Relay } from "./relay.mjs";

const KEPT_LOGS = 10_000;
const STOP_WITHIN_MS = 5_000;

const options = JSON.parse(process.argv[2]);
const { rawConfig: config } = readRawConfig({ config: options.config });
const logs = [];
const requests = createInterface({ input: process.stdin });
const lines = requests[Symbol.asyncIterator]();

// Whatever ends this process: workerd and esbuild would stay behind. `node` may be a wrapper's child, so 0 is the group.
process.on("exit", () => process.kill(0, "SIGKILL"));
requests.once("close", process.exit);

/** Bindings beside those of wrangler.toml: overriding vars, and one producer for every queue the Worker consumes. */
function extraBindings() {
  const vars = Object.entries(options.vars).map(([name, value]) => [name, { type: "plain_text", value }]);
  const queues = config.queues.consumers.map(({ queue }) => [producerOf(queue), { type: "queue", queue_name: queue }]);
  return Object.fromEntries([...vars, ...queues]);
}

function producerOf(queue) {
  return `SEND_${queue.replaceAll("-", "_")}`;
}

const worker = await startWorker({
  config: options.config,
  envFiles: [], // what is in a developer's .env is not for local runs
  // the only difference from production: the same Pyodide, but from our own bundle (see worker_bundle.py)
  compatibilityFlags: [...config.compatibility_flags, ...options.flags],
  bindings: extraBindings(),
  assets: options.assets ?? undefined,
  dev: {
    server: { hostname: "127.0.0.1", port: options.port },
    inspector: false,
    watch: false,
    persist: options.persist ?? false,
    logLevel: "error",
    structuredLogsHandler: ({ timestamp, level, message }) => {
      logs.push({ timestamp, level, message });
      if (logs.length > KEPT_LOGS) logs.shift();
    },
  },
});

const reply = (answer) => writeSync(options.answers, `${JSON.stringify(answer)}\n`);
const url = await worker.url;
await worker.fetch(new URL("/api/health", url)); // the first request makes workerd start Python
const bindings = await worker.raw.runtimes[0].mf.getBindings(config.name);
const bucket = bindings.BUCKET;
const relay = new Relay(bucket, bindings[producerOf(options.relay.queue)], config.r2_buckets[0].bucket_name, options.relay);

const facts = ({ key, size, etag, httpMetadata }) => ({ key, size, etag, contentType: httpMetadata?.contentType });
const operations = {
  send: (queue, bodies) => bindings[producerOf(queue)].sendBatch(bodies.map((body) => ({ body, contentType: "json" }))),
  put: async (key, base64, contentType) =>
    (await bucket.put(key, Buffer.from(base64, "base64"), { httpMetadata: { contentType } })).etag,
  get: async (key) => {
    const found = await bucket.get(key);
    return found && { ...facts(found), base64: Buffer.from(await found.arrayBuffer()).toString("base64") };
  },
  head: async (key) => {
    const found = await bucket.head(key);
    return found && facts(found);
  },
  list: async (prefix) => {
    const found = [];
    for await (const object of objects(prefix)) found.push(facts(object));
    return found;
  },
  delete: (keys) => bucket.delete(keys),
  logs: () => logs,
  relay: (settings) => relay.change(settings),
  scheduled: async (cron) => (await worker.raw.runtimes[0].mf.dispatchFetch(
    new URL(`/cdn-cgi/local/scheduled?format=json&cron=${encodeURIComponent(cron)}`, url),
    { headers: { "MF-Route-Override": config.name } },
  )).json(),
};

async function* objects(prefix) {
  let cursor;
  do {
    const page = await bucket.list({ prefix, cursor });
    yield* page.objects;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
}

async function stop() {
  relay.stop();
  setTimeout(process.exit, STOP_WITHIN_MS).unref();
  await worker.dispose();
  process.exit();
}

process.on("SIGTERM", stop);
process.on("SIGINT", stop);
reply({ url: url.origin });
relay.start();
requests.off("close", process.exit);
for await (const line of lines) {
  const { id, op, args } = JSON.parse(line);
  try {
    reply({ id, result: (await operations[op](...args)) ?? null });
  } catch (error) {
    reply({ id, error: String(error?.stack ?? error) });
  }
}
await stop();
