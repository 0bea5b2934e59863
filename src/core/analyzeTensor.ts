import { chooseClip } from './clipping/choose.js';
import { addToCurve, curveOf } from './clipping/curve.js';
import { countValues, keepValues, type SplitChannels } from './clipping/remembered.js';
import { tensorRun } from './clipping/runs.js';
import type { Run } from './clipping/run.js';
import { matching, type Match, type Quantizer, type Scheme } from './formats/index.js';
import { without } from './kernels/gaps.js';
import { exclusively } from './kernels/load.js';
import { CHUNK, chunkLength, planChunks, type Chunk, type ChunkPlan } from './kernels/staging.js';
import { visitsTo } from './kernels/visits.js';
import { countAbsolute, valuesAt, workspace, type Workspace } from './kernels/workspace.js';
import { DIVERGENCE_BINS, detailsOf } from './metrics/details.js';
import { lookFor, quantizerOf } from './metrics/look.js';
import { fit, newMeasurement, totals, type Measurement } from './metrics/measure.js';
import { sampleBlocks, sampleChannels, newSampler } from './metrics/sample.js';
import { scalesOf } from './metrics/scales.js';
import { measureBlocks, measureChannels, measureTensor, valuesFor, type Pause, type Sweep } from './metrics/sweep.js';
import { tensorError } from './metrics/tensorError.js';
import { channelExtents, channelStatistics, newSpreads, spreadSplit, spreadWhole } from './statistics/channels.js';
import { displayHistogram } from './statistics/display.js';
import { energy, statisticsOf } from './statistics/merge.js';
import { exactQuantiles, PROBABILITIES, sketchedQuantiles, sorted } from './statistics/quantiles.js';
import { closeSurvey, newSurvey, surveyChunk } from './statistics/survey.js';
import type { TensorAnalysis, TensorError, TensorSource } from './tensor.js';

/** Milliseconds of work after which other work of the thread is let in. */
const PAUSE_EVERY = 40;

export interface AnalyzeOptions {
  readonly signal?: AbortSignal;
  /** Elements visited at once; tests make it small. */
  readonly chunk?: number;
  /** Quantiles, statistics of channels and `ErrorDetails`. They cost several plain passes a scheme. */
  readonly details?: boolean;
  /** Of stochastic rounding and of samples: 1 when left out. */
  readonly seed?: number;
  /** Scales and zero points as another tool computes them. */
  readonly match?: Match;
  /**
   * Tensors of more than `elements` elements have their errors estimated from about that many, at least 8 of each channel. Statistics and clip ranges are those of all
   * values; there are no `ErrorDetails`.
   */
  readonly sample?: { readonly elements: number };
}

/**
 * Statistics, histogram and the error of every scheme of one tensor.
 *
 * A tensor of up to 32 M elements is read once; a larger one chunk by chunk, first for its statistics, then for the errors, so that memory does not grow with it. NaN and infinities are counted and take no part in anything else. Several calls may be under way; they take turns with
 * the kernels. Rejects with the signal's reason when it is aborted, and with the source's error when a read fails.
 */
export async function analyzeTensor(
  source: TensorSource,
  schemes: readonly Scheme[],
  options: AnalyzeOptions = {},
): Promise<TensorAnalysis> {
  const { match } = options;
  const axis = source.channelAxis !== null && source.channelAxis in source.shape ? source.channelAxis : null;
  const plan = planChunks({ ...source, channelAxis: axis }, options.chunk);
  const matched = match ? schemes.map((scheme) => matching(scheme, match)) : schemes;
  return exclusively(() => analyze(source, axis, matched, plan, options));
}

async function analyze(
  source: TensorSource,
  channelAxis: number | null,
  schemes: readonly Scheme[],
  plan: ChunkPlan,
  options: AnalyzeOptions,
): Promise<TensorAnalysis> {
  const { signal, seed = 1 } = options;
  signal?.throwIfAborted();
  const space = workspace(plan, schemes.length);
  const pause = pauser(signal);
  const survey = newSurvey(plan.channels);
  const { visit, blank } = visitsTo(source, plan, space);

  const split: SplitChannels = new Map();
  const remembering = !plan.whole && (options.details === true || schemes.some(({ granularity }) => granularity.kind === 'channel'));
  const spreads = newSpreads(source.elements / plan.channels);
  const sorting = options.details === true && plan.chunks.length === 1 && source.elements <= CHUNK;
  const exact: { quantiles?: readonly number[] } = {};
  await visit(async (chunk, here) => {
    if (sorting) exact.quantiles = exactQuantiles(sorted(valuesAt(here, here.chunk, chunkLength(chunk))), PROBABILITIES);
    if (options.details && plan.whole) spreadWhole(spreads, chunk, here);
    if (remembering) keepValues(split, chunk, plan.chunks.length, here);
    surveyChunk(survey, chunk, here);
    if (remembering) countValues(split, survey, chunk, here);
    await pause();
  });
  closeSurvey(survey, space);
  const { moments } = survey;
  const incomplete = moments.nan + moments.inf > 0;
  if (incomplete) blank();
  const largest = Math.max(-moments.min, moments.max, 0);
  // Squares of errors far from 1 leave float32, in which the kernels sum over short stretches.
  const plain = largest > 0 && (largest > 2 ** 40 || largest < 2 ** -40);

  const measurements = schemes.map((scheme, slot) => newMeasurement(scheme, slot, plain));
  const of = (granularity: Scheme['granularity']['kind']): Measurement[] =>
    measurements.filter(({ scheme }) => scheme.granularity.kind === granularity);
  const perTensor = of('tensor');
  const perChannel = of('channel');
  const perBlock = of('block');
  const { sample } = options;
  const sampler = sample && source.elements > sample.elements ? newSampler(sample.elements, source.elements, schemes.length, seed) : null;
  const details = options.details === true && sampler === null;
  const extent = { elements: source.elements, channels: plan.channels };
  const looks = sampler ? [] : measurements.map((m) => lookFor(m, extent, incomplete, details, seed));

  const range = moments.count > 0 ? { lo: moments.min, hi: moments.max } : { lo: 0, hi: 0 };
  const quantizers = new Map<Measurement, Quantizer>();
  let whole: Run | null = null;
  const measuring = async (chunk: Chunk, space: Workspace, gaps: Uint32Array): Promise<void> => {
    const sweep: Sweep = { space, pause, looks, gaps };
    const n = chunkLength(chunk);
    const absolute = (bins: number): Uint32Array => {
      const counts = countAbsolute(space, space.chunk, n, largest, bins);
      counts[0] -= moments.nan + moments.inf;
      return counts;
    };
    if (!whole) {
      const known = { ...moments, std: moments.count > 0 ? Math.sqrt(moments.m2 / moments.count) : 0 };
      const finite = (): Float32Array => without(valuesAt(space, space.chunk, n), gaps);
      whole = tensorRun(known, survey.counts, finite, n === source.elements ? absolute : null);
      for (const m of perTensor) {
        const values = (): Float32Array => valuesFor(sweep, m, space.chunk, n);
        const clip = chooseClip(m.scheme, whole);
        fit(space, m, 0, clip, values);
        const look = sampler ? null : looks[m.slot];
        if (sampler || look) quantizers.set(m, quantizerOf(m, 0, clip, values));
        if (look?.curve) addToCurve(look.curve, m.scheme, whole, range);
      }
    }
    if (sampler) {
      await sampleChannels(sweep, sampler, perChannel, quantizers, survey, split, chunk);
      await sampleBlocks(sweep, sampler, perBlock, range, chunk);
    } else {
      await measureTensor(sweep, perTensor, quantizers, chunk);
      await measureChannels(sweep, perChannel, survey, split, range, chunk);
      await measureBlocks(sweep, perBlock, range, chunk);
    }
    await pause();
  };
  if (schemes.length > 0) await visit(measuring);

  const common = { shape: source.shape, channelAxis, count: moments.count, energy: energy(moments) };
  const statistics = statisticsOf(moments);
  const histogram = { counts: survey.counts };
  const reference = details ? displayHistogram(histogram, statistics, DIVERGENCE_BINS).counts : [];
  const errors = measurements.map((m): TensorError => {
    const clip = m.lo <= m.hi ? { lo: m.lo, hi: m.hi } : { lo: 0, hi: 0 };
    const clips = m.scheme.granularity.kind === 'channel' ? m.clips : undefined;
    if (sampler) {
      const { sums, squares } = sampler.errors[m.slot];
      return tensorError(m.scheme, common, [{ ...sums, squares: squares.total }], clip, clips, squares);
    }
    const look = looks[m.slot];
    const sums = look && look.repeats.length > 0 ? look.repeats.map((repeat) => repeat.sums) : [totals(space, m)];
    const error = tensorError(m.scheme, common, sums, clip, clips);
    if (!look?.details) return error;
    const curve = look.curve && curveOf(look.curve, m.scheme.granularity.kind === 'tensor' ? largest : null);
    return {
      ...error,
      details: {
        ...detailsOf(look.details, m.scheme.format, statistics.min, statistics.max, reference),
        ...scalesOf(m.scheme, error),
        ...(curve ? { curve } : {}),
      },
    };
  });
  const extents = channelAxis === null ? {} : { extents: channelExtents(survey) };
  if (options.details !== true) return { statistics, histogram, errors, ...extents };
  const values = exact.quantiles ?? sketchedQuantiles(histogram, PROBABILITIES);
  spreadSplit(spreads, survey, split);
  return {
    statistics,
    histogram,
    errors,
    quantiles: {
      probabilities: PROBABILITIES,
      values: moments.count > 0 ? values : [],
      exact: exact.quantiles !== undefined || source.elements === 0,
    },
    ...extents,
    ...(channelAxis === null ? {} : { channels: channelStatistics(survey, spreads, plan.whole) }),
  };
}

/** A function that lets other work in (and an abort be heard) when the last pause is a while ago. */
function pauser(signal: AbortSignal | undefined): Pause {
  let last = performance.now();
  return () => {
    if (performance.now() - last < PAUSE_EVERY) return;
    return new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() => {
      last = performance.now();
      signal?.throwIfAborted();
    });
  };
}
