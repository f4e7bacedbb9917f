/** Carries one job from the chosen file to its end: upload, status, links. */

import { Api, Problem, type CreatedJob, type UploadTicket } from "./api.ts";
import type { Language } from "./format.ts";
import type { Inputs } from "./inputs/check.ts";
import { lacksLinks, linked, openJob, reduce, sceneOf, type Happening, type Job } from "./job.ts";
import { follow } from "./poll.ts";
import { ancestorOf, type Memory, type Remembered } from "./remember.ts";
import { putOnce, send } from "./upload.ts";

/** Links last an hour; asked for again well before. */
const LINKS_OLD_MS = 45 * 60 * 1000;

export interface Tools {
  readonly api: Api;
  readonly memory: Memory;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
}

/** A job on the page. `onChange` hears of every new state; `close` ends all its traffic. */
export class Session {
  readonly #tools: Tools;
  readonly #abort = new AbortController();
  #job: Job;
  #linksAt = 0;
  #asking: Promise<void> | null = null;
  #askedFor = "";
  #watch = new AbortController();
  onChange: (job: Job) => void = () => undefined;
  /** The video itself, while this page still has it. */
  readonly file: File | null;

  private constructor(tools: Tools, job: Job, file: File | null) {
    this.file = file;
    this.#tools = tools;
    this.#job = job;
  }

  /** Sends `file` for a job just created, then follows it. */
  static begin(tools: Tools, created: CreatedJob, file: File): Session {
    const known = { id: created.job_id, token: created.token, name: file.name };
    tools.memory.keep({ ...known, createdAt: new Date(tools.now()).toISOString(), uploaded: false });
    const session = new Session(
      tools, openJob(known, { phase: "sending", sent: 0, total: file.size, waiting: false }), file,
    );
    void session.#sendThenFollow(created.upload, created.status_url, file);
    return session;
  }

  /** Finds a remembered job again. */
  static resume(tools: Tools, known: Remembered): Session {
    const session = new Session(tools, openJob(known, { phase: known.uploaded ? "done" : "lost" }), null);
    void session.#follow(null);
    return session;
  }

  /** Starts a job that judges this one's motion by `inputs`, and follows it. Rejects with a `Problem`. */
  async judgeAgain(inputs: Inputs, language: Language): Promise<Session> {
    const { api, memory, now } = this.#tools;
    const started = await api.reanalyse(this.#job.id, this.#job.token, inputs, language);
    const known = {
      id: started.job_id, token: started.token, name: this.#job.name, parent: this.#job.id, uploaded: true,
      createdAt: new Date(now()).toISOString(),
    };
    memory.keep(known);
    const session = new Session(this.#tools, openJob(known, { phase: "done" }), null);
    void session.#follow(started.status_url);
    return session;
  }

  get job(): Job {
    return this.#job;
  }

  /** Ends all traffic. Leaving in mid-upload gives the job up, because nobody could send the rest. */
  close(): void {
    const unsent = this.sending;
    this.#abort.abort();
    if (!unsent) return;
    this.#tools.memory.forget(this.#job.id);
    // If this is lost, the job expires by itself.
    this.#tools.api.cancel(this.#job.id, this.#job.token).catch(() => undefined);
  }

  /** Stops the work. Rejects with a `Problem`. */
  async cancel(): Promise<void> {
    this.#tell({ type: "viewed", view: await this.#tools.api.cancel(this.#job.id, this.#job.token) });
  }

  /** Starts a failed or cancelled job again. Rejects with a `Problem`. */
  async retry(): Promise<void> {
    const view = await this.#tools.api.retry(this.#job.id, this.#job.token);
    this.#tell({ type: "viewed", view });
    void this.#follow(view.status_url);
  }

  /** Erases the job, its video and its results for good. Rejects with a `Problem`. */
  async remove(): Promise<void> {
    await this.#tools.api.remove(this.#job.id, this.#job.token);
    this.#abort.abort();
    this.#tools.memory.forget(this.#job.id);
  }

  /** False where the links at hand may have run out, as after a night with the lid closed. */
  linksAreFresh(): boolean {
    return this.#tools.now() - this.#linksAt < LINKS_OLD_MS;
  }

  /** Asks for new links until it has them. */
  renewLinks(): Promise<void> {
    this.#asking ??= this.#askForLinks().finally(() => (this.#asking = null));
    return this.#asking;
  }

  /**
   * A new link to the overlay of the analysis that saw the video, for one that judges it again. null where this device has
   * forgotten the way there, or nothing is left of it. Rejects with a `Problem` where the edge does not answer.
   */
  async inheritedOverlay(): Promise<string | null> {
    const ancestor = ancestorOf(this.#tools.memory.all(), this.#job.parent);
    if (!ancestor) return null;
    try {
      const view = await this.#tools.api.read(ancestor.id, ancestor.token);
      const files = linked(reduce(openJob(ancestor, { phase: "done" }), { type: "viewed", view }));
      return files.find((file) => file.kind === "overlay.mp4")?.href ?? null;
    } catch (error) {
      if (error instanceof Problem && error.code === "not_found") return null;
      throw error;
    }
  }

  async #askForLinks(): Promise<void> {
    const { api, wait } = this.#tools;
    for (let pause = 2000; !this.#abort.signal.aborted; pause = Math.min(pause * 2, 60_000)) {
      const view = await api.read(this.#job.id, this.#job.token).catch(() => null);
      if (view) this.#tell({ type: "viewed", view });
      // An answer older than the newest status knows nothing of the newest files.
      if (view && view.status.revision >= (this.#job.status?.revision ?? 0)) return;
      await wait(pause, this.#abort.signal).catch(() => undefined);
    }
  }

  async #sendThenFollow(ticket: UploadTicket, statusUrl: string, file: File): Promise<void> {
    try {
      const outcome = await send(ticket, file, {
        progress: (sent, total) => this.#tell({ type: "sent", sent, total }),
        waiting: () => this.#tell({ type: "waiting" }),
        wait: this.#tools.wait,
        now: this.#tools.now,
        put: putOnce,
      }, this.#abort.signal);
      this.#tell({ type: "uploaded" });
      // An earlier try had arrived: only the edge knows what became of it.
      await this.#follow(outcome === "already_there" ? null : statusUrl);
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      const problem = error instanceof Problem ? error : new Problem(0, "unexpected", "");
      this.#tell({ type: "upload_failed", problem });
    }
  }

  /** One watch at a time: a job started again is not watched twice. */
  async #follow(statusUrl: string | null): Promise<void> {
    this.#watch.abort();
    this.#watch = new AbortController();
    const signal = AbortSignal.any([this.#abort.signal, this.#watch.signal]);
    const { api, wait } = this.#tools;
    await follow(statusUrl, {
      send: (input, init) => fetch(input, init),
      view: () => api.read(this.#job.id, this.#job.token),
      wait,
      hidden: () => document.hidden,
    }, (news) => this.#tell(news), signal);
  }

  #tell(happening: Happening): void {
    if (this.#abort.signal.aborted) return;
    this.#job = reduce(this.#job, happening);
    if (happening.type === "viewed") this.#linksAt = this.#tools.now();
    this.#remember();
    this.onChange(this.#job);
    this.#askForNewFiles();
  }

  /** Once for every new set of files: the edge is not polled. */
  #askForNewFiles(): void {
    const files = (this.#job.status?.artifacts ?? []).map((artifact) => artifact.key).join(" ");
    if (!lacksLinks(this.#job) || files === this.#askedFor) return;
    this.#askedFor = files;
    void this.renewLinks();
  }

  #remember(): void {
    const known = this.#tools.memory.find(this.#job.id);
    if (!known) return;
    const state = this.#job.status?.state;
    const uploaded = this.#job.upload.phase === "done";
    if (known.uploaded === uploaded && known.state === state) return;
    this.#tools.memory.keep({ ...known, uploaded: known.uploaded || uploaded, ...(state && { state }) });
  }

  /** True while leaving the page would lose the upload. */
  get sending(): boolean {
    return sceneOf(this.#job) === "sending";
  }
}
