/** The jobs of this device: id and token, so that a reload or tomorrow's visit finds them again. */

import type { JobState } from "./contract.ts";

export interface Remembered {
  readonly id: string;
  readonly token: string;
  readonly name: string;
  readonly createdAt: string;
  /** Whether this device saw the upload arrive. */
  readonly uploaded: boolean;
  readonly state?: JobState;
  /** The job that this one judges again. */
  readonly parent?: string;
}

const KEY = "poloha.jobs";
/** Far more than somebody makes: whoever loses the token can never erase the video. */
const MOST = 1000;
const ID = /^[A-Za-z0-9_-]{22}$/;

/** Newest first; what is not ours, or damaged, is left out. */
export function parseJobs(text: string | null): readonly Remembered[] {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? "[]");
  } catch {
    return [];
  }
  return Array.isArray(stored) ? stored.filter(isRemembered).slice(0, MOST) : [];
}

export function withJob(jobs: readonly Remembered[], job: Remembered): readonly Remembered[] {
  const others = jobs.filter((other) => other.id !== job.id);
  return [job, ...others].sort((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(0, MOST);
}

export function withoutJob(jobs: readonly Remembered[], id: string): readonly Remembered[] {
  return jobs.filter((job) => job.id !== id);
}

/**
 * The analysis that `id` descends from, or is: the one that judges no other again. undefined where one on the way there is
 * forgotten.
 */
export function ancestorOf(jobs: readonly Remembered[], id: string | null): Remembered | undefined {
  const job = jobs.find((known) => known.id === id);
  // The rest grows shorter, so that a damaged list cannot lead in a circle.
  return job?.parent ? ancestorOf(withoutJob(jobs, job.id), job.parent) : job;
}

/** The list in the browser's storage. A browser that refuses storage keeps it for this visit only. */
export class Memory {
  readonly #storage: Pick<Storage, "getItem" | "setItem">;
  #jobs: readonly Remembered[];

  constructor(storage: Pick<Storage, "getItem" | "setItem">) {
    this.#storage = storage;
    this.#jobs = this.#load();
  }

  all(): readonly Remembered[] {
    return this.#jobs;
  }

  find(id: string): Remembered | undefined {
    return this.#jobs.find((job) => job.id === id);
  }

  keep(job: Remembered): void {
    this.#save(withJob(this.#load(), job));
  }

  forget(id: string): void {
    this.#save(withoutJob(this.#load(), id));
  }

  #load(): readonly Remembered[] {
    try {
      return parseJobs(this.#storage.getItem(KEY));
    } catch {
      return this.#jobs ?? [];
    }
  }

  #save(jobs: readonly Remembered[]): void {
    this.#jobs = jobs;
    try {
      this.#storage.setItem(KEY, JSON.stringify(jobs));
    } catch {
      // Private windows may refuse storage; the visit goes on without a memory.
    }
  }
}

/** The browser's storage; where it is barred, one that forgets with the page. */
export function openStorage(): Pick<Storage, "getItem" | "setItem"> {
  try {
    return window.localStorage;
  } catch {
    const held = new Map<string, string>();
    return { getItem: (key) => held.get(key) ?? null, setItem: (key, value) => void held.set(key, value) };
  }
}

/** The job id in the address, if it holds one. */
export function idInHash(hash: string): string | null {
  const id = hash.replace(/^#/, "");
  return ID.test(id) ? id : null;
}

function isRemembered(value: unknown): value is Remembered {
  if (typeof value !== "object" || value === null) return false;
  const job = value as Record<string, unknown>;
  const texts = [job["id"], job["token"], job["name"], job["createdAt"]];
  return texts.every((text) => typeof text === "string") && ID.test(job["id"] as string);
}
