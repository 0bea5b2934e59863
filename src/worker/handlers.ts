import { analyzeModel, inspectModel, type Analysis } from '../analysis/pipeline.js';
import { defaultSchemes } from '../analysis/schemes.js';
import type { LayerReport } from '../report/types.js';
import type { AnalysisUpdate } from '../report/update.js';
import { headOf, omit } from '../rpc/reportStream.js';
import type { Handlers } from '../rpc/rpc.js';
import type { WorkerMethods } from '../rpc/worker.js';
import { withModel } from './input.js';

/** A histogram was asked for and no model was read yet: the caller may read it and ask again. */
class NoModelError extends Error {
  override readonly name = 'NoModelError';
}

/** A layer without the clip ranges of channels that nobody looks at: they are most of a report's bytes. */
export function withoutSpareClips(layer: LayerReport): LayerReport {
  const errors = layer.errors.map((error) => {
    if (!error.clips || error.scheme === layer.advice?.scheme) return error;
    return omit(error, 'clips');
  });
  return { ...layer, errors };
}

const slim = (update: AnalysisUpdate): AnalysisUpdate =>
  update.kind === 'layers' ? { ...update, layers: update.layers.map(withoutSpareClips) } : update;

/** What a worker does, whatever port it sits on. It remembers the analysis it ran last. */
export function workerHandlers(): Handlers<WorkerMethods> {
  let latest: Promise<Analysis> | undefined;
  return {
    inspect: (location, { signal }) => withModel(location, (input) => inspectModel(input, signal)),

    async analyze({ location, options: { schemes = defaultSchemes, targetSqnr } }, { signal, progress }) {
      latest = withModel(location, (input) => analyzeModel(input, { schemes, targetSqnr }, (update) => progress(slim(update)), signal));
      return headOf((await latest).report);
    },

    async histogram({ index, bins }, { transfer }) {
      if (!latest) throw new NoModelError('no model was read yet');
      const histogram = (await latest).histogram(index, bins);
      transfer([histogram.edges.buffer as ArrayBuffer, histogram.counts.buffer as ArrayBuffer]);
      return histogram;
    },
  };
}
