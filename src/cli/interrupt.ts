/** The user ended the program, or somebody else did. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  constructor(
    message: string,
    /** As shells tell it. */
    readonly exitCode: number,
  ) {
    super(message);
  }
}

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Does something that a signal to this process cancels, so that what it started ends with it. A second signal ends the process as ever.
 * @param message what to say then
 */
export async function interruptible<T>(message: string, use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const listeners = Object.entries(signals).map(([name, exitCode]) => {
    const cancel = (): void => abort.abort(new InterruptedError(message, exitCode));
    process.once(name, cancel);
    return () => process.off(name, cancel);
  });
  try {
    return await use(abort.signal);
  } catch (error) {
    throw abort.signal.aborted ? abort.signal.reason : error;
  } finally {
    for (const forget of listeners) forget();
  }
}
