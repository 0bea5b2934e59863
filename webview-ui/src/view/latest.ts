/** Asking the same thing again and again, where only the last answer counts. */

export interface Latest<P> {
  /** Asks; what was asked before is given up. */
  ask(params: P): void;
  /** Asks as soon as the answer to what is under way is there; of several meanwhile only the last. Answers keep coming while questions do. */
  follow(params: P): void;
  /** Gives everything up. */
  stop(): void;
}

/**
 * @param fetch asks; its signal is aborted when nobody waits any more
 * @param take is given answers, but none that is given up
 * @param failed is given what they fail with
 */
export function latest<P, R>(
  fetch: (params: P, signal: AbortSignal) => Promise<R>,
  take: (result: R, params: P) => void,
  failed: (error: Error) => void,
): Latest<P> {
  let abort: AbortController | undefined;
  let next: { readonly params: P } | undefined;
  const run = (params: P): void => {
    const mine = (abort = new AbortController());
    const done = (tell: () => void): void => {
      if (mine.signal.aborted) return;
      abort = undefined;
      tell();
      const waiting = next;
      next = undefined;
      if (waiting && !abort) run(waiting.params);
    };
    fetch(params, mine.signal).then(
      (result) => done(() => take(result, params)),
      (error: unknown) => done(() => failed(error instanceof Error ? error : new Error(String(error)))),
    );
  };
  const stop = (): void => {
    abort?.abort();
    abort = undefined;
    next = undefined;
  };
  return {
    ask(params) {
      stop();
      run(params);
    },
    follow(params) {
      if (abort) next = { params };
      else run(params);
    },
    stop,
  };
}
