import { analyzeTensor, type AnalyzeOptions } from '../core/analyzeTensor.js';
import type { Scheme } from '../core/formats/types.js';
import type { Statistics } from '../core/statistics/moments.js';
import { toSparse, type SparseHistogram } from '../core/statistics/sparse.js';
import type { Layer } from '../model/types.js';
import type { LayerReport } from '../report/types.js';
import { adviseFromWeights } from './advice.js';

/** What is kept of a weight so that charts can be drawn later without reading it again. */
export interface WeightPicture {
  readonly statistics: Statistics;
  readonly histogram: SparseHistogram;
}

/** How closely weights are looked at: see the options of `analyzeTensor`. */
export type WeightOptions = Pick<AnalyzeOptions, 'details' | 'match' | 'sample'>;

/** A layer as the report lists it before its weight was looked at. */
export const blankLayer = (layer: Layer): LayerReport => ({
  name: layer.name,
  op: layer.op,
  weight: layer.weight.name,
  shape: layer.weight.shape,
  channelAxis: layer.channelAxis,
  dataType: layer.weight.dataType,
  parameters: layer.weight.elements,
  macs: layer.macs,
  weightStats: null,
  activationStats: null,
  errors: [],
  sensitivity: [],
  advice: null,
});

/**
 * Looks at one weight: statistics, the error of every scheme, advice. A weight that cannot be read leaves a layer with its `problem`;
 * the others go on.
 */
export async function analyzeWeight(
  layer: Layer,
  schemes: readonly Scheme[],
  targetSqnr: number,
  signal: AbortSignal,
  options: WeightOptions = {},
): Promise<{ readonly report: LayerReport; readonly picture: WeightPicture | null }> {
  const { weight, channelAxis } = layer;
  try {
    const { shape, elements } = weight;
    const source = { shape, elements, channelAxis, read: (start: number, end: number) => weight.read(start, end) };
    const { statistics, histogram, errors: measured, quantiles, channels } = await analyzeTensor(source, schemes, { ...options, signal });
    const { min, max, mean, std, kurtosis, zeros, nan, inf } = statistics;
    const errors = measured.map((error) => ({ ...error, target: 'weight' as const }));
    const report: LayerReport = {
      ...blankLayer(layer),
      weightStats: { min, max, mean, std, kurtosis, zeros, nan, inf, ...(quantiles ? { quantiles } : {}) },
      ...(channels ? { channelStats: channels } : {}),
      errors,
      advice: adviseFromWeights(errors, schemes, targetSqnr),
    };
    return { report, picture: { statistics, histogram: toSparse(histogram) } };
  } catch (error) {
    if (signal.aborted) throw error;
    return { report: { ...blankLayer(layer), problem: error instanceof Error ? error.message : String(error) }, picture: null };
  }
}
