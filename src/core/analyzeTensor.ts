import { chooseClip } from './clipping/choose.js';
import { fromHistogram } from './clipping/distribution.js';
import { evenly, makeRun } from './clipping/runs.js';
import type { Scheme } from './formats/index.js';
import { exclusively, kernels } from './kernels/load.js';
import { chunkLength, planChunks, stage, type Chunk, type ChunkPlan } from './kernels/staging.js';
import { countAbsolute, valuesAt, workspace } from './kernels/workspace.js';
import type { Fitted } from './metrics/measure.js';
import {
  fitRun,
  gatherChannels,
  measureBlocks,
  measureChannels,
  measureTensor,
  newMeasurement,
  newSplitChannels,
  type Measurement,
  type Pause,
  type SplitChannels,
} from './metrics/sweep.js';
import { tensorError } from './metrics/tensorError.js';
import { energy, statisticsOf } from './statistics/merge.js';
import { closeSurvey, newSurvey, surveyChunk } from './statistics/survey.js';
import type { TensorAnalysis, TensorSource } from './tensor.js';

/** Milliseconds of work after which other work of the thread is let in. */
const PAUSE_EVERY = 40;

export interface AnalyzeOptions {
  readonly signal?: AbortSignal;
  /** Elements visited at once; tests make it small. */
  readonly chunk?: number;
}

/**
 * Statistics, histogram and the error of every scheme of one tensor.
 *
 * A tensor of up to 16 M elements is read and staged once; a larger one is visited chunk by chunk, first for its statistics, then for the errors, so that
 * memory does not grow with it. NaN and infinities are counted and take no part in anything else. Several calls may be under way; they take turns with
 * the kernels. Rejects with the signal's reason when it is aborted, and with the source's error when a read fails.
 */
export async function analyzeTensor(
  source: TensorSource,
  schemes: readonly Scheme[],
  options: AnalyzeOptions = {},
): Promise<TensorAnalysis> {
  const plan = planChunks(source, options.chunk);
  const only = plan.chunks.length === 1 ? await readChunk(source, plan.chunks[0]) : null;
  return exclusively(() => analyze(source, schemes, plan, only, options.signal));
}

const readChunk = (source: TensorSource, chunk: Chunk): Promise<Float32Array> => source.read(chunk.start, chunk.start + chunkLength(chunk));

async function analyze(
  source: TensorSource,
  schemes: readonly Scheme[],
  plan: ChunkPlan,
  only: Float32Array | null,
  signal: AbortSignal | undefined,
): Promise<TensorAnalysis> {
  signal?.throwIfAborted();
  const space = workspace(plan);
  const pause = pauser(signal);
  const survey = newSurvey(plan.channels);
  let surveyed = false;
  let staged: Chunk | null = null;
  const visit = async (look: (chunk: Chunk) => void | Promise<void>): Promise<void> => {
    for (const chunk of plan.chunks) {
      if (staged !== chunk) {
        stage(only ?? (await readChunk(source, chunk)), chunk, space.chunk, space.slab);
        if (surveyed && survey.moments.nan + survey.moments.inf > 0) kernels().blankNonFinite(space.chunk, chunkLength(chunk));
      }
      staged = plan.chunks.length === 1 ? chunk : null;
      await look(chunk);
      await pause();
    }
  };

  space.histograms.fill(0);
  await visit((chunk) => surveyChunk(survey, chunk, space));
  closeSurvey(survey, space);
  surveyed = true;
  const { moments } = survey;
  const largest = Math.max(-moments.min, moments.max, 0);
  // Squares of errors far from 1 leave float32, in which the kernels sum over short stretches.
  const plain = largest > 0 && (largest > 2 ** 40 || largest < 2 ** -40);

  const measurements = schemes.map((scheme) => newMeasurement(scheme, plain));
  const of = (granularity: Scheme['granularity']['kind']): Measurement[] =>
    measurements.filter(({ scheme }) => scheme.granularity.kind === granularity);
  const perTensor = of('tensor');
  const perChannel = of('channel');
  const perBlock = of('block');

  const staying = plan.chunks.length === 1;
  const tensorView = makeRun({
    ...moments,
    distribution: (most, signed) => fromHistogram(survey.counts, most, signed),
    absolute: (most, bins) => (staying ? countAbsolute(space, space.chunk, source.elements, most, bins) : null),
    sample: () => evenly(valuesAt(space, space.chunk, staying ? source.elements : 0), 65536),
  });
  const split: SplitChannels | null = plan.whole || perChannel.length === 0 ? null : newSplitChannels(survey);
  if (split) await visit((chunk) => gatherChannels(split, chunk, plan.chunks.length, space));

  let fitted: Fitted[] | null = null;
  await visit(async (chunk) => {
    fitted ??= perTensor.map((m) => fitRun(m, chooseClip(m.scheme, tensorView), valuesAt(space, space.chunk, chunkLength(chunk))));
    await measureTensor(perTensor, fitted, chunk, space, pause);
    await measureChannels(perChannel, survey, split, chunk, space, pause);
    await measureBlocks(perBlock, chunk, space, pause);
  });

  const common = { shape: source.shape, channelAxis: source.channelAxis, count: moments.count, energy: energy(moments) };
  return {
    statistics: statisticsOf(moments),
    histogram: { counts: survey.counts },
    errors: measurements.map(({ scheme, sums, lo, hi, clips }) =>
      tensorError(
        scheme,
        common,
        sums,
        lo <= hi ? { lo, hi } : { lo: 0, hi: 0 },
        scheme.granularity.kind === 'channel' ? clips : undefined,
      ),
    ),
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
