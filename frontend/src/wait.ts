/** Waiting that a return to the page or to the network cuts short. */

/** Resolves after `ms`, or when the page is shown again or the network is back; rejects when `signal` aborts. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      done.abort();
      settle();
    };
    const timer = setTimeout(() => finish(resolve), ms);
    if (signal.aborted) return finish(() => reject(signal.reason));
    signal.addEventListener("abort", () => finish(() => reject(signal.reason)), { signal: done.signal });
    window.addEventListener("online", () => finish(resolve), { signal: done.signal });
    document.addEventListener("visibilitychange", () => !document.hidden && finish(resolve), { signal: done.signal });
    return undefined;
  });
}
