/** Sends the video straight to storage with a presigned, create-only PUT. */

import { Problem, type UploadTicket } from "./api.ts";

export type Outcome = "stored" | "already_there";

export interface Sending {
  readonly progress: (sent: number, total: number) => void;
  /** The connection broke; the next try starts after a pause. */
  readonly waiting: () => void;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  /** One PUT: its HTTP status, 0 where the connection broke. */
  readonly put: typeof putOnce;
}

const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Sends `body`, again when the connection breaks, for as long as the ticket is good. A 412 says that the object exists: an
 * earlier try had arrived although its answer was lost, so the caller asks the edge. Rejects with a `Problem` when sending
 * makes no sense any more.
 */
export async function send(ticket: UploadTicket, body: Blob, sending: Sending, signal: AbortSignal): Promise<Outcome> {
  for (let pause = PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const status = await sending.put(ticket, body, sending.progress, signal);
    if (status >= 200 && status < 300) return "stored";
    if (status === 412) return "already_there";
    signal.throwIfAborted();
    const mayPass = status === 0 || status === 429 || status >= 500;
    const ranOut = sending.now() >= Date.parse(ticket.expires_at);
    if (!mayPass || ranOut) throw new Problem(status, codeOf(status), "");
    sending.waiting();
    await sending.wait(pause, signal);
  }
}

function codeOf(status: number): string {
  if (status === 0) return "offline";
  return status === 403 ? "upload_link_expired" : "upload_refused";
}

/** XMLHttpRequest, because `fetch` still cannot tell how much it has sent. */
export function putOnce(
  ticket: UploadTicket, body: Blob, progress: (sent: number, total: number) => void, signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(ticket.method, ticket.url);
    for (const [name, value] of Object.entries(ticket.headers)) {
      // The browser sets the length itself and lets nobody else.
      if (name.toLowerCase() !== "content-length") request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => progress(event.loaded, event.total || body.size);
    request.onloadend = () => resolve(request.status);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}
