import { analyzeTensor, type AnalyzeOptions } from '../core/analyzeTensor.js';
import { parseScheme } from '../core/formats/index.js';
import type { Scheme } from '../core/formats/types.js';
import { wholeCounts } from '../core/statistics/bins.js';
import { displayHistogram } from '../core/statistics/display.js';
import type { Histogram } from '../core/statistics/histogram.js';
import type { Statistics } from '../core/statistics/moments.js';
import { toSparse, type SparseHistogram } from '../core/statistics/sparse.js';
import type { Layer, Tensor } from '../model/types.js';
import type { LayerError, LayerReport, WeightStats } from '../report/types.js';
import type { TensorError, TensorSource } from '../core/tensor.js';
import { adviseFromWeights } from './advice.js';
import { weightFindings, type MeasureSchemes } from './causes/weights.js';
import { withFindings } from './causes/withFindings.js';

/** What is kept of a weight so that charts can be drawn later without reading it again. */
export interface WeightPicture {
  readonly statistics: Statistics;
  readonly histogram: SparseHistogram;
}

/** What there is to say of one weight. */
export interface WeightLook {
  readonly report: LayerReport;
  /** Null when it could not be read. */
  readonly picture: WeightPicture | null;
}

/** How closely weights are looked at: see the options of `analyzeTensor`. */
export type WeightOptions = Pick<AnalyzeOptions, 'details' | 'match' | 'sample' | 'seed'>;

/** A weight as the core reads it. */
export const tensorSource = (weight: Tensor, channelAxis: number | null): TensorSource => ({
  shape: weight.shape,
  elements: weight.elements,
  channelAxis,
  read: (start, end, into) => weight.read(start, end, into),
});

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

/** Bins of the histogram in a report with details. */
const BINS = 128;

function reportedHistogram(histogram: Histogram, statistics: Statistics): NonNullable<WeightStats['histogram']> {
  const { edges, counts } = displayHistogram(histogram, statistics, BINS);
  return { lo: edges[0], hi: edges[BINS], counts: wholeCounts(counts) };
}

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
): Promise<WeightLook> {
  const { weight, channelAxis } = layer;
  try {
    const source = tensorSource(weight, channelAxis);
    const {
      statistics,
      histogram,
      errors: measured,
      quantiles,
      channels,
      extents,
    } = await analyzeTensor(source, schemes, { ...options, signal });
    const { min, max, mean, std, skewness, kurtosis, zeros, nan, inf } = statistics;
    const errors = measured.map((error) => ({ ...error, target: 'weight' as const }));
    const picture = { statistics, histogram: toSparse(histogram) };
    const measure = remedyMeasure(source, measured, signal, options);
    const findings = await weightFindings({ ...picture, channels: extents }, weight.elements, measure);
    const report: LayerReport = {
      ...blankLayer(layer),
      weightStats: {
        ...{ min, max, mean, std, kurtosis, zeros, nan, inf },
        ...(quantiles ? { skewness, quantiles, histogram: reportedHistogram(histogram, statistics) } : {}),
      },
      ...(channels ? { channelStats: channels } : {}),
      errors,
      ...withFindings({ advice: adviseFromWeights(errors, schemes, targetSqnr) }, findings),
    };
    return { report, picture };
  } catch (error) {
    signal.throwIfAborted();
    return { report: { ...blankLayer(layer), problem: error instanceof Error ? error.message : String(error) }, picture: null };
  }
}

/** Elements that gains are estimated from, of larger weights: their SQNRs are then known to a few hundredths of a dB. */
const SAMPLE = 2 ** 20;

/** SQNR of a weight under schemes that remedies need and that were not measured anyway. */
const remedyMeasure =
  (source: TensorSource, measured: readonly TensorError[], signal: AbortSignal, options: WeightOptions): MeasureSchemes =>
  async (texts) => {
    const known = new Map(options.match ? [] : measured.map(({ scheme, sqnrDb }) => [scheme, sqnrDb]));
    const missing = texts.filter((text) => !known.has(text));
    if (missing.length === 0) return known;
    const { seed } = options;
    const { errors } = await analyzeTensor(source, missing.map(parseScheme), {
      signal,
      sample: { elements: SAMPLE },
      ...(seed === undefined ? {} : { seed }),
    });
    return new Map([...known, ...errors.map(({ scheme, sqnrDb }): [string, number | null] => [scheme, sqnrDb])]);
  };

/** The error of one scheme on a layer's weight. Throws SchemeError for what is no scheme, ModelError when the weight cannot be read. */
export async function measureWeight({ weight, channelAxis }: Layer, scheme: string, signal: AbortSignal): Promise<LayerError> {
  const { errors } = await analyzeTensor(tensorSource(weight, channelAxis), [parseScheme(scheme)], { signal });
  return { ...errors[0], target: 'weight' };
}
