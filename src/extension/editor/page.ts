import type { Handlers } from '../../rpc/rpc.js';
import type { PageMethods } from '../../rpc/page.js';
import { headOf } from '../../rpc/reportStream.js';
import type { ModelSession } from '../models/session.js';
import { inPieces } from './pieces.js';

export interface PageHost {
  readonly session: ModelSession;
  /** The way out of an error. */
  readonly reopen: (as: 'text' | 'binary') => void;
  /** Told of every call that failed; gives what the page is to say. */
  readonly failed: (method: string, error: Error) => Error;
}

/** Bins of a chart: more than its pixels show nothing. */
const MAX_BINS = 4096;

/** What one page is served. */
export function pageHandlers({ session, reopen, failed }: PageHost): Handlers<PageMethods> {
  const told = async <T>(method: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw failed(method, error instanceof Error ? error : new Error(String(error)));
    }
  };
  return {
    open: (_, { signal, progress }) =>
      told('open', async () => {
        const stream = inPieces(progress);
        const report = await session.analyze({ signal, onUpdate: stream.send });
        await stream.sent();
        return headOf(report);
      }),
    cancel: () => {
      session.cancel();
      return null;
    },
    histogram: ({ index, bins }) => told('histogram', () => session.histogram(index, Math.max(1, Math.min(MAX_BINS, Math.floor(bins))))),
    graph: () => told('graph', () => session.graph()),
    reopen: ({ as }) => {
      reopen(as);
      return null;
    },
  };
}
