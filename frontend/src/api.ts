/** The edge API. Every error is a `Problem`, whatever went wrong. */

import type { JobOptions, JobStatus } from "./contract.ts";
import type { Inputs } from "./inputs/check.ts";

export interface UploadTicket {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expires_at: string;
}

export interface StartedJob {
  readonly job_id: string;
  readonly token: string;
  readonly status_url: string;
}

export interface CreatedJob extends StartedJob {
  readonly upload: UploadTicket;
}

/** A result file and where to fetch it for the next hour. */
export interface ArtifactLink {
  readonly name: string;
  readonly url: string;
}

export interface JobView {
  readonly status: JobStatus;
  readonly status_url: string;
  readonly artifacts: readonly ArtifactLink[];
}

export interface NewVideo {
  readonly name: string;
  readonly bytes: number;
  readonly content_type: string;
  readonly options: JobOptions;
}

/** What the service finds wrong with one place of what was sent. */
export interface RefusedField {
  /** As `options.inputs.load.0.kg`. */
  readonly place: string;
  readonly code: string;
  readonly detail: string;
}

/** What some problems say beside their code. */
export interface ProblemMembers {
  /** The largest file the service accepts. */
  readonly limit_bytes?: number;
  /** Finds an error of ours in the logs. */
  readonly reference?: string;
  /** When to come again. */
  readonly retry_after_s?: number;
  readonly faults?: readonly RefusedField[];
}

/** What the API (RFC 9457) or the network said instead of an answer; `status` 0 means that nothing answered. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly more: ProblemMembers;

  constructor(status: number, code: string, detail: string, more: ProblemMembers = {}) {
    super(detail);
    this.more = more;
    this.status = status;
    this.code = code;
  }
}

/** The way to the edge; `send` is the browser's `fetch`. */
export class Api {
  readonly #send: typeof fetch;

  constructor(send: typeof fetch) {
    this.#send = send;
  }

  create(video: NewVideo): Promise<CreatedJob> {
    return this.#ask<CreatedJob>("/api/jobs", { method: "POST", body: JSON.stringify(video) });
  }

  read(id: string, token: string): Promise<JobView> {
    return this.#ask<JobView>(`/api/jobs/${id}`, { method: "GET" }, token);
  }

  cancel(id: string, token: string): Promise<JobView> {
    return this.#ask<JobView>(`/api/jobs/${id}/cancel`, { method: "POST" }, token);
  }

  retry(id: string, token: string): Promise<JobView> {
    return this.#ask<JobView>(`/api/jobs/${id}/retry`, { method: "POST" }, token);
  }

  /** Judges a finished job's motion by other inputs, as a job of its own. */
  reanalyse(id: string, token: string, inputs: Inputs, language: JobOptions["language"]): Promise<StartedJob> {
    const body = JSON.stringify({ inputs, language });
    return this.#ask<StartedJob>(`/api/jobs/${id}/reanalyse`, { method: "POST", body }, token);
  }

  async remove(id: string, token: string): Promise<void> {
    await this.#ask<null>(`/api/jobs/${id}`, { method: "DELETE" }, token);
  }

  async #ask<Answer>(path: string, request: RequestInit, token?: string): Promise<Answer> {
    const headers = new Headers({ accept: "application/json" });
    if (request.body) headers.set("content-type", "application/json");
    if (token) headers.set("authorization", `Bearer ${token}`);
    let response: Response;
    try {
      response = await this.#send(path, { ...request, headers, cache: "no-store" });
    } catch {
      throw new Problem(0, "offline", "");
    }
    if (!response.ok) throw await readProblem(response);
    return (response.status === 204 ? null : await response.json()) as Answer;
  }
}

async function readProblem(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as ProblemMembers & { code?: unknown; detail?: unknown };
  const code = typeof body.code === "string" ? body.code : "unexpected";
  const detail = typeof body.detail === "string" ? body.detail : "";
  return new Problem(response.status, code, detail, body);
}
