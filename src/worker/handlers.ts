import { analyzeModel, inspectModel, type Analysis } from '../analysis/pipeline.js';
import type { Handlers } from '../rpc/rpc.js';
import type { WorkerMethods } from '../rpc/worker.js';
import { withModel } from './input.js';

/** A histogram was asked for and no model was read yet: the caller may read it and ask again. */
class NoModelError extends Error {
  override readonly name = 'NoModelError';
}

/** What a worker does, whatever port it sits on. It remembers the analysis it ran last. */
export function workerHandlers(): Handlers<WorkerMethods> {
  let latest: Promise<Analysis> | undefined;
  return {
    inspect: (location, { signal }) => withModel(location, (input) => inspectModel(input, signal)),

    async analyze({ location, options }, { signal, progress }) {
      latest = withModel(location, (input) => analyzeModel(input, options, progress, signal));
      return (await latest).report;
    },

    async histogram({ index, bins }, { transfer }) {
      if (!latest) throw new NoModelError('no model was read yet');
      const histogram = (await latest).histogram(index, bins);
      transfer([histogram.edges.buffer as ArrayBuffer, histogram.counts.buffer as ArrayBuffer]);
      return histogram;
    },
  };
}
