import { chooseClip } from './clipping/choose.js';
import { tensorRun } from './clipping/runs.js';
import type { Scheme } from './formats/index.js';
import { exclusively, kernels } from './kernels/load.js';
import { chunkLength, planChunks, stage, type Chunk, type ChunkPlan } from './kernels/staging.js';
import { countAbsolute, valuesAt, workspace } from './kernels/workspace.js';
import { fit, newMeasurement, totals, type Measurement } from './metrics/measure.js';
import { gatherChannels, measureBlocks, measureChannels, measureTensor, type Pause, type SplitChannels } from './metrics/sweep.js';
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
  const space = workspace(plan, schemes.length);
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

  await visit((chunk) => surveyChunk(survey, chunk, space));
  closeSurvey(survey, space);
  surveyed = true;
  const { moments } = survey;
  const largest = Math.max(-moments.min, moments.max, 0);
  // Squares of errors far from 1 leave float32, in which the kernels sum over short stretches.
  const plain = largest > 0 && (largest > 2 ** 40 || largest < 2 ** -40);

  const measurements = schemes.map((scheme, slot) => newMeasurement(scheme, slot, plain));
  const of = (granularity: Scheme['granularity']['kind']): Measurement[] =>
    measurements.filter(({ scheme }) => scheme.granularity.kind === granularity);
  const perTensor = of('tensor');
  const perChannel = of('channel');
  const perBlock = of('block');

  const split: SplitChannels = new Map();
  if (!plan.whole && perChannel.length > 0) await visit((chunk) => gatherChannels(split, survey, chunk, plan.chunks.length, space));
  let fitted = false;
  await visit(async (chunk) => {
    const values = (): Float32Array => valuesAt(space, space.chunk, chunkLength(chunk));
    const all = chunkLength(chunk) === source.elements;
    const absolute = (bins: number): Uint32Array => countAbsolute(space, space.chunk, source.elements, largest, bins);
    if (!fitted) {
      const run = tensorRun(moments, survey.counts, values, all ? absolute : null);
      for (const m of perTensor) fit(space, m, 0, chooseClip(m.scheme, run), values);
      fitted = true;
    }
    await measureTensor(perTensor, chunk, space, pause);
    await measureChannels(perChannel, survey, split, chunk, space, pause);
    await measureBlocks(perBlock, { lo: moments.min, hi: moments.max }, chunk, space, pause);
  });

  const common = { shape: source.shape, channelAxis: source.channelAxis, count: moments.count, energy: energy(moments) };
  return {
    statistics: statisticsOf(moments),
    histogram: { counts: survey.counts },
    errors: measurements.map((m) => {
      const clip = m.lo <= m.hi ? { lo: m.lo, hi: m.hi } : { lo: 0, hi: 0 };
      return tensorError(m.scheme, common, totals(space, m), clip, m.scheme.granularity.kind === 'channel' ? m.clips : undefined);
    }),
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
