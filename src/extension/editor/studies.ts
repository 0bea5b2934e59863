import type { CallContext, Handlers } from '../../rpc/rpc.js';
import type { StudyMethods } from '../../rpc/study.js';
import type { ModelSession } from '../models/session.js';

/** Passes what a page asks of single layers on. What it gave up waiting for is no failure. */
export function studies(session: Pick<ModelSession, 'study'>, failed: (method: string, error: Error) => Error): Handlers<StudyMethods> {
  const ask =
    <K extends keyof StudyMethods>(method: K) =>
    async (params: StudyMethods[K]['params'], { signal }: CallContext<never>): Promise<StudyMethods[K]['result']> => {
      try {
        return await session.study(method, params, signal);
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        throw signal.aborted ? error : failed(method, error);
      }
    };
  return {
    channelHistogram: ask('channelHistogram'),
    weightError: ask('weightError'),
    clipStudy: ask('clipStudy'),
    channelRanges: ask('channelRanges'),
    histograms: ask('histograms'),
    valueError: ask('valueError'),
  };
}
