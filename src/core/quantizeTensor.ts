import { analyzeTensor } from './analyzeTensor.js';
import { codec, scaleOf, type ClipRange, type Quantizer, type Scheme } from './formats/index.js';
import { layout, type Layout } from './formats/layout.js';
import type { TensorError } from './tensor.js';

/** The quantizer of the elements `[start, end)` that share it, in channel-major order. */
type Visit = (quantizer: Quantizer, start: number, end: number) => void;

/**
 * The least scale that each channel may have: narrower ranges are widened. The largest counts where there is one scale for all; blocks, and formats without a scale, take no
 * notice.
 */
export type LeastScales = ArrayLike<number>;

/**
 * A tensor's values under a scheme: `values` quantized and back. The clip ranges are those that the analysis of the same tensor reports, but for channels whose scale is to be
 * wider.
 * @param values row-major; they stay as they are
 */
export async function quantizeTensor(
  values: Float32Array,
  shape: readonly number[],
  channelAxis: number | null,
  scheme: Scheme,
  least?: LeastScales,
): Promise<Float32Array> {
  const split = layout(shape, channelAxis);
  const x = reordered(values, split, 'channel-major');
  const out = new Float32Array(x.length);
  await eachRun(
    x,
    split,
    scheme,
    (quantizer, start, end) => {
      quantizer.fakeQuantize(x.subarray(start, end), out.subarray(start, end), scheme.rounding);
    },
    least,
  );
  return reordered(out, split, 'row-major');
}

/**
 * Quantizes one tensor under one scheme after the other, with the results of `quantizeTensor`. All clip ranges are looked for in one analysis, which
 * costs much less than one for each scheme.
 * @param values row-major; they stay as they are
 */
export async function tensorQuantizer(
  values: Float32Array,
  shape: readonly number[],
  channelAxis: number | null,
  schemes: readonly Scheme[],
): Promise<(scheme: Scheme) => Promise<Float32Array>> {
  const split = layout(shape, channelAxis);
  const x = reordered(values, split, 'channel-major');
  const shared =
    x.length === 0 ? [] : schemes.filter(({ format, granularity }) => granularity.kind !== 'block' && codec(format).needs !== 'blocks');
  const rows = [split.channels, split.outer * split.inner];
  const { errors } = shared.length > 0 ? await analyzeTensor(source(x, rows, 0), shared) : { errors: [] };
  const clips = new Map(shared.map((scheme, i) => [scheme, clipsIn(scheme, errors[i])]));
  return async (scheme) => {
    const known = clips.get(scheme);
    if (!known) return quantizeTensor(values, shape, channelAxis, scheme);
    const { needs, fit } = codec(scheme.format);
    const out = new Float32Array(x.length);
    const length = x.length / known.length;
    for (const [i, clip] of known.entries()) {
      const [from, to] = [i * length, (i + 1) * length];
      const quantizer = fit(needs === 'clip' ? NO_VALUES : x.subarray(from, to), clip);
      quantizer.fakeQuantize(x.subarray(from, to), out.subarray(from, to), scheme.rounding);
    }
    return reordered(out, split, 'row-major');
  };
}

const clipsIn = ({ granularity }: Scheme, { clip, clips }: TensorError): readonly ClipRange[] =>
  granularity.kind === 'channel' ? clips!.map(([lo, hi]) => ({ lo, hi })) : [clip];

/**
 * The scale of every channel of a tensor under a scheme, or of the whole tensor. Null where it has none: codes that are no integers, or blocks.
 * @param values row-major
 */
export async function scalesOf(
  values: Float32Array,
  shape: readonly number[],
  channelAxis: number | null,
  scheme: Scheme,
  least?: LeastScales,
): Promise<readonly number[] | null> {
  if (scheme.granularity.kind === 'block' || scaleOf(scheme.format, { lo: -1, hi: 1 }) === null) return null;
  const split = layout(shape, channelAxis);
  const scales: number[] = [];
  await eachRun(reordered(values, split, 'channel-major'), split, scheme, ({ parameters }) => scales.push(Number(parameters.scale)), least);
  return scales;
}

/** Fits a scheme to a tensor in channel-major order, run by run. A run of blocks that a format cuts itself is a whole channel or tensor. */
export async function eachRun(x: Float32Array, split: Layout, scheme: Scheme, visit: Visit, least?: LeastScales): Promise<void> {
  const { format, granularity } = scheme;
  const { needs, fit } = codec(format);
  const perChannel = split.outer * split.inner;
  const floors = least && granularity.kind !== 'block' && scaleOf(format, { lo: -1, hi: 1 }) ? Array.from(least) : null;
  const floor = (start: number): number =>
    floors === null ? 0 : granularity.kind === 'tensor' ? Math.max(0, ...floors) : floors[Math.floor(start / perChannel)];
  const run = (start: number, end: number, clip: ClipRange): void => {
    const values = needs === 'clip' ? NO_VALUES : x.subarray(start, end);
    const quantizer = fit(values, clip);
    const factor = floor(start) / Number(quantizer.parameters.scale);
    visit(factor > 1 ? fit(values, { lo: factor * clip.lo, hi: factor * clip.hi }) : quantizer, start, end);
  };
  if (needs === 'blocks' || granularity.kind === 'tensor') {
    const clip = await tensorClip(x, scheme, needs === 'blocks');
    if (granularity.kind === 'tensor') run(0, x.length, clip);
    else for (let c = 0; c < split.channels; c++) run(c * perChannel, (c + 1) * perChannel, clip);
  } else if (granularity.kind === 'channel') {
    const clips = await clipsOf(x, perChannel, scheme);
    clips.forEach((clip, c) => run(c * perChannel, (c + 1) * perChannel, clip));
  } else {
    for (const { starts, length } of blocks(split.channels, perChannel, granularity.size)) {
      const gathered = new Float32Array(starts.length * length);
      starts.forEach((start, i) => gathered.set(x.subarray(start, start + length), i * length));
      const clips = await clipsOf(gathered, length, scheme);
      starts.forEach((start, i) => run(start, start + length, clips[i]));
    }
  }
}

const NO_VALUES = new Float32Array(0);

const source = (x: Float32Array, shape: readonly number[], channelAxis: number | null) => ({
  shape,
  channelAxis,
  elements: x.length,
  read: (start: number, end: number) => Promise.resolve(x.slice(start, end)),
});

/** Whether a scheme's clip range is all that there is, so that there is nothing to look for. */
const takesAll = ({ clipping, format }: Scheme): boolean => clipping.method === 'minmax' && !(format.kind === 'float' && format.match);

/** The range of the finite values among `[start, end)`. */
function extentOf(x: Float32Array, start: number, end: number): ClipRange {
  let [lo, hi] = [Infinity, -Infinity];
  for (let i = start; i < end; i++) {
    const v = x[i];
    if (v < lo && v !== -Infinity) lo = v;
    if (v > hi && v !== Infinity) hi = v;
  }
  return lo <= hi ? { lo, hi } : { lo: 0, hi: 0 };
}

/** The clip range of all values: the scheme's own, or all that there is. */
async function tensorClip(x: Float32Array, scheme: Scheme, range: boolean): Promise<ClipRange> {
  if (range || takesAll(scheme)) return extentOf(x, 0, x.length);
  const { errors } = await analyzeTensor(source(x, [x.length], null), [scheme]);
  return errors[0].clip;
}

/** The clip range of every `length` values. */
async function clipsOf(x: Float32Array, length: number, scheme: Scheme): Promise<readonly ClipRange[]> {
  if (x.length === 0) return [];
  if (takesAll(scheme)) return Array.from({ length: x.length / length }, (_, row) => extentOf(x, row * length, (row + 1) * length));
  const perRow: Scheme = { ...scheme, granularity: { kind: 'channel' } };
  const { errors } = await analyzeTensor(source(x, [x.length / length, length], 0), [perRow]);
  return errors[0].clips!.map(([lo, hi]) => ({ lo, hi }));
}

/** The blocks of all channels, those of one length together: whole ones, and the shorter last ones. */
function blocks(channels: number, perChannel: number, size: number): { readonly starts: readonly number[]; readonly length: number }[] {
  const whole: number[] = [];
  const last: number[] = [];
  const rest = perChannel % size;
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i + size <= perChannel; i += size) whole.push(c * perChannel + i);
    if (rest > 0) last.push((c + 1) * perChannel - rest);
  }
  return [
    { starts: whole, length: size },
    { starts: last, length: rest },
  ].filter(({ starts }) => starts.length > 0);
}

/**
 * Elements between row-major order and the order in which the elements of each channel lie together. May be `x` itself, where the orders are the
 * same.
 */
export function reordered<T extends Float32Array | Int32Array>(
  x: T,
  { outer, channels, inner }: Layout,
  to: 'channel-major' | 'row-major',
): T {
  if (outer === 1 || channels === 1) return x;
  const out = x.slice() as T;
  for (let o = 0; o < outer; o++)
    for (let c = 0; c < channels; c++) {
      const rowMajor = (o * channels + c) * inner;
      const channelMajor = (c * outer + o) * inner;
      const [from, at] = to === 'channel-major' ? [rowMajor, channelMajor] : [channelMajor, rowMajor];
      for (let i = 0; i < inner; i++) out[at + i] = x[from + i];
    }
  return out;
}
