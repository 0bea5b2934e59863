import { analyzeTensor } from '../core/analyzeTensor.js';
import type { Run } from '../core/clipping/run.js';
import { valuesRun } from '../core/clipping/valuesRun.js';
import { parseScheme, type ClipRange, type Scheme } from '../core/formats/index.js';
import { overloadOf } from '../core/metrics/overload.js';
import { channelValues } from '../core/statistics/channelValues.js';
import { channelHistograms } from '../core/statistics/channelHistograms.js';
import { gapsOf, without } from '../core/kernels/gaps.js';
import type { TensorSource } from '../core/tensor.js';
import type { LayerHistogram } from '../report/types.js';
import type { ChannelRanges, ClipError, ClipStudy } from '../report/clipStudy.js';
import { clipCurve, schemesByMethod } from './clipCurve.js';
import { expectedError, takesClip, withClip } from './expectedError.js';

/** Elements of a weight that stays in memory while it is studied: 128 MB. Of larger ones estimates are from a part, and every exact figure reads them again. */
const HELD = 2 ** 25;
/** Values of such a weight that estimates are made from, and the stretches they are read in. */
const PART = 2 ** 22;
const STRETCH = 2 ** 14;

/** Does something with the weight, which can be read as long as that takes. */
export type WithWeight = <T>(use: (source: TensorSource) => Promise<T>) => Promise<T>;

/** One weight that a user looks at closely. `channel` null is all of them. Methods throw RangeError for channels that are none and SchemeError for schemes that are none. */
export interface WeightStudy {
  /** Counts of one channel in equal bins over its range. */
  histogram(channel: number, bins: number, signal: AbortSignal): Promise<LayerHistogram>;
  /** The error under a scheme with one clip range for all, expected from the distribution. */
  estimate(scheme: string, clip: ClipRange, channel: number | null, signal: AbortSignal): Promise<ClipError>;
  /** The error under a scheme, measured; `clip` null is what its clipping method chooses. */
  measure(scheme: string, clip: ClipRange | null, channel: number | null, signal: AbortSignal): Promise<ClipError>;
  /** What clip ranges do under the format of a scheme; null for formats that have none. */
  clips(scheme: string, channel: number | null, signal: AbortSignal): Promise<ClipStudy | null>;
  channels(signal: AbortSignal): Promise<ChannelRanges>;
}

const memorySource = (values: Float32Array, shape: readonly number[], channelAxis: number | null): TensorSource => ({
  shape,
  channelAxis,
  elements: values.length,
  read: (start, end) => Promise.resolve(values.slice(start, end)),
});

const finiteOf = (values: Float32Array): Float32Array => without(values, gapsOf(values));

/** About `PART` values of a weight that is not held, from all over it. */
async function partOf(source: TensorSource, signal: AbortSignal): Promise<Float32Array> {
  const stretches = Math.floor(PART / STRETCH);
  const out = new Float32Array(stretches * STRETCH);
  for (let i = 0; i < stretches; i++) {
    signal.throwIfAborted();
    const start = Math.floor(((source.elements - STRETCH) * i) / (stretches - 1));
    out.set(await source.read(start, start + STRETCH), i * STRETCH);
  }
  return out;
}

const meanSquare = (values: Float32Array): number => values.reduce((sum, v) => sum + v * v, 0) / Math.max(1, values.length);

/** The values of a weight or of one channel as clipping sees them. */
interface Subject {
  readonly channel: number | null;
  readonly run: Run;
  readonly power: number;
}

export function weightStudy(withWeight: WithWeight): WeightStudy {
  /** Null: it is too large. */
  let held: Promise<TensorSource | null> | undefined;
  let subject: Subject | undefined;

  /** Keeps the weight when it is small enough; does `use` with it. */
  const using: WithWeight = async (use) => {
    if (!held) {
      held = withWeight(async (source) =>
        source.elements > HELD ? null : memorySource(await source.read(0, source.elements), source.shape, source.channelAxis),
      );
      held.catch(() => (held = undefined));
    }
    const kept = await held;
    return kept ? use(kept) : withWeight(use);
  };

  /** A channel as a tensor of its own, so that what is measured of it is what the whole tensor's analysis has of it. */
  const sourceOf = async (source: TensorSource, channel: number | null, signal: AbortSignal): Promise<TensorSource> => {
    if (channel === null) return source;
    const values = await channelValues(source, channel, channel + 1, signal);
    return memorySource(values, [1, values.length], 0);
  };

  const subjectOf = async (source: TensorSource, channel: number | null, signal: AbortSignal): Promise<Subject> => {
    if (subject?.channel === channel) return subject;
    const values =
      channel !== null
        ? await channelValues(source, channel, channel + 1, signal)
        : source.elements > HELD
          ? await partOf(source, signal)
          : await source.read(0, source.elements);
    const finite = finiteOf(values);
    return (subject = { channel, run: valuesRun(finite), power: meanSquare(finite) });
  };

  return {
    histogram: (channel, bins, signal) =>
      using(async (source) => {
        const [{ lo, hi, counts }] = await channelHistograms(source, { from: channel, to: channel + 1, bins, range: null }, signal);
        return { edges: Float64Array.from({ length: bins + 1 }, (_, i) => lo + ((hi - lo) * i) / bins), counts: Float64Array.from(counts) };
      }),

    estimate: (text, clip, channel, signal) =>
      using(async (source) => {
        const scheme = withClip(parseScheme(text), clip);
        const { run, power } = await subjectOf(source, channel, signal);
        return expectedError(scheme, clip, run, power);
      }),

    measure: (text, clip, channel, signal) =>
      using(async (source) => {
        const own = parseScheme(text);
        const scheme = clip === null ? own : withClip(own, clip);
        const seen = await sourceOf(source, channel, signal);
        const { errors, statistics } = await analyzeTensor(seen, [scheme], { signal });
        const [error] = errors;
        const { clip: range, clips, mse, clippedFraction, sqnrDb } = error;
        const overload = error.clippedFraction === 0 ? 0 : await overloadIn(seen, scheme, range, clips, clip !== null, signal);
        const overloadMse = overload === null ? null : overload / Math.max(1, statistics.count);
        return {
          clip: { lo: range.lo, hi: range.hi },
          sqnrDb,
          mse,
          granularMse: overloadMse === null ? null : Math.max(0, mse - overloadMse),
          overloadMse,
          clippedFraction,
          how: 'exact',
        };
      }),

    clips: (text, channel, signal) =>
      using(async (source) => {
        const { format, rounding } = parseScheme(text);
        if (!takesClip(format)) return null;
        const schemes = schemesByMethod(format, rounding, channel !== null);
        const { errors } = await analyzeTensor(await sourceOf(source, channel, signal), schemes, { signal });
        const { run, power } = await subjectOf(source, channel, signal);
        return {
          ...clipCurve(schemes[0], run),
          power,
          methods: errors.map(({ scheme, clip, sqnrDb }) => ({ method: scheme.split('/')[2], lo: clip.lo, hi: clip.hi, sqnrDb })),
        };
      }),

    channels: (signal) =>
      using(async (source) => {
        const { channels } = await analyzeTensor(source, [], { signal, details: true });
        if (!channels) throw new RangeError('the weight has no channels');
        const { probabilities, values, exact } = channels.quantiles;
        const quantile = (p: number): Float32Array => {
          const at = probabilities.indexOf(p);
          return Float32Array.from(values, (own) => own[at] ?? 0);
        };
        return {
          min: Float32Array.from(channels.min),
          low: quantile(0.25),
          median: quantile(0.5),
          high: quantile(0.75),
          max: Float32Array.from(channels.max),
          exact,
        };
      }),
  };
}

/** Σe² of the values outside their clip ranges; null where blocks have ranges of their own. */
async function overloadIn(
  source: TensorSource,
  scheme: Scheme,
  whole: ClipRange,
  clips: readonly (readonly [number, number])[] | undefined,
  fixed: boolean,
  signal: AbortSignal,
): Promise<number | null> {
  const { kind } = scheme.granularity;
  if (kind === 'block' && !fixed) return null;
  let sum = 0;
  const add = (values: Float32Array, clip: readonly [number, number]): boolean => {
    const more = overloadOf(scheme, values, clip);
    sum += more ?? 0;
    return more !== null;
  };
  if (clips && !fixed) {
    for (const [channel, clip] of clips.entries()) if (!add(await channelValues(source, channel, channel + 1, signal), clip)) return null;
    return sum;
  }
  for (let start = 0; start < source.elements; start += PART) {
    signal.throwIfAborted();
    if (!add(await source.read(start, Math.min(source.elements, start + PART)), [whole.lo, whole.hi])) return null;
  }
  return sum;
}
