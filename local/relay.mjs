// R2's event notifications, which Cloudflare does not simulate: new objects under `uploads/` become queue messages.
//
// As the real ones they come at least once and in no order; by a seed they are also dropped, doubled and delayed.

const EVERY_MS = 200;

/** mulberry32, Tommy Ettinger's 32-bit generator (public domain): the same seed gives the same mishaps. */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Relay {
  /** `settings`: {enabled, prefix, seed, drop, double, delay_s}; drop and double are probabilities, delay_s the longest. */
  constructor(bucket, queue, bucketName, settings) {
    this.bucket = bucket;
    this.queue = queue;
    this.bucketName = bucketName;
    this.seen = new Map();
    this.counts = { sent: 0, dropped: 0 };
    this.change(settings);
  }

  /** Go on with other settings; answers what came of all uploads so far. */
  change(settings) {
    this.settings = { ...this.settings, ...settings };
    if (settings.seed !== undefined) this.random = random(settings.seed);
    return this.counts;
  }

  start() {
    this.timer = setTimeout(() => this.#round(), EVERY_MS);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  async #round() {
    try {
      if (this.settings.enabled) await this.#announce();
    } catch (error) {
      if (!this.stopped) console.error(`relay: ${error}`); // the next round tries again
    }
    if (!this.stopped) this.start();
  }

  async #announce() {
    let cursor;
    do {
      const page = await this.bucket.list({ prefix: this.settings.prefix, cursor });
      for (const object of page.objects) {
        if (this.seen.get(object.key) === object.etag) continue;
        await this.#send(object);
        this.seen.set(object.key, object.etag);
      }
      cursor = page.truncated ? page.cursor : undefined;
    } while (cursor);
  }

  async #send(object) {
    const { drop, double, delay_s } = this.settings;
    if (this.random() < drop) {
      this.counts.dropped++;
      return;
    }
    const times = this.random() < double ? 2 : 1;
    for (let copy = 0; copy < times; copy++) {
      const delaySeconds = Math.round(this.random() * delay_s);
      await this.queue.send(this.#event(object), { contentType: "json", delaySeconds });
      this.counts.sent++;
    }
  }

  #event({ key, size, etag, uploaded }) {
    return {
      account: "local",
      action: "PutObject",
      bucket: this.bucketName,
      object: { key, size, eTag: etag },
      eventTime: new Date(uploaded).toISOString(),
    };
  }
}
