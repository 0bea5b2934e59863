import type { CallContext, Handlers } from '../../rpc/rpc.js';
import type { StudyMethods, ValueQuestion } from '../../rpc/study.js';
import type { ModelSession } from '../models/session.js';

/** Passes what a page asks of single layers on. What it gave up waiting for is no failure. */
export function studies(
  session: Pick<ModelSession, 'study' | 'layers'>,
  failed: (method: string, error: Error) => Error,
): Handlers<StudyMethods> {
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
  /** The worker may be another one than the one that ran the model. */
  const withStats = <Q extends ValueQuestion>(question: Q): Q => {
    const stats = session.layers[question.index]?.activationStats?.[question.value];
    return stats ? { ...question, stats } : question;
  };
  return {
    channelHistogram: ask('channelHistogram'),
    weightError: ask('weightError'),
    clipStudy: ask('clipStudy'),
    channelRanges: ask('channelRanges'),
    histograms: ask('histograms'),
    valueError: (question, context) => ask('valueError')(withStats(question), context),
    valueClips: (question, context) => ask('valueClips')(withStats(question), context),
  };
}
