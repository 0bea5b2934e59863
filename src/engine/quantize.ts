import { analyzeTensor } from '../core/analyzeTensor.js';
import { codec, type ClipRange, type Scheme } from '../core/formats/index.js';
import { layout, type Layout } from '../core/formats/layout.js';

/**
 * A tensor's values under a scheme: `values` quantized and back. The clip ranges are those that the analysis of the same tensor reports.
 * @param values row-major; they stay as they are
 */
export async function quantizeTensor(
  values: Float32Array,
  shape: readonly number[],
  channelAxis: number | null,
  scheme: Scheme,
): Promise<Float32Array> {
  const split = layout(shape, channelAxis);
  const x = reordered(values, split, 'channel-major');
  const out = new Float32Array(x.length);
  const { format, granularity, rounding } = scheme;
  const { needs, fit } = codec(format);
  const run = (start: number, end: number, clip: ClipRange): void => {
    const part = x.subarray(start, end);
    fit(needs === 'clip' ? NO_VALUES : part, clip).fakeQuantize(part, out.subarray(start, end), rounding);
  };
  const perChannel = split.outer * split.inner;
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
  return reordered(out, split, 'row-major');
}

const NO_VALUES = new Float32Array(0);

const source = (x: Float32Array, shape: readonly number[], channelAxis: number | null) => ({
  shape,
  channelAxis,
  elements: x.length,
  read: (start: number, end: number) => Promise.resolve(x.slice(start, end)),
});

/** The clip range of all values: the scheme's own, or all that there is. */
async function tensorClip(x: Float32Array, scheme: Scheme, range: boolean): Promise<ClipRange> {
  const { statistics, errors } = await analyzeTensor(source(x, [x.length], null), range ? [] : [scheme]);
  return range ? { lo: statistics.min, hi: statistics.max } : errors[0].clip;
}

/** The clip range of every `length` values. */
async function clipsOf(x: Float32Array, length: number, scheme: Scheme): Promise<readonly ClipRange[]> {
  if (x.length === 0) return [];
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

/** Elements between row-major order and the order in which the elements of each channel lie together. */
function reordered(x: Float32Array, { outer, channels, inner }: Layout, to: 'channel-major' | 'row-major'): Float32Array {
  if (outer === 1 || channels === 1) return x;
  const out = new Float32Array(x.length);
  for (let o = 0; o < outer; o++)
    for (let c = 0; c < channels; c++) {
      const rowMajor = (o * channels + c) * inner;
      const channelMajor = (c * outer + o) * inner;
      const [from, at] = to === 'channel-major' ? [rowMajor, channelMajor] : [channelMajor, rowMajor];
      for (let i = 0; i < inner; i++) out[at + i] = x[from + i];
    }
  return out;
}
