import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../src/core/analyzeTensor.js';
import { fakeQuantize, parseScheme } from '../../../src/core/formats/index.js';
import type { TensorAnalysis, TensorError } from '../../../src/core/tensor.js';
import { gaussian, tensorOf, uniform } from './random.js';

const SIGNS = [
  'int4/tensor/minmax',
  'int8/tensor/mse',
  'int4/channel/minmax',
  'int3/channel/mse',
  'uint4/channel/mse',
  'uint8/tensor/minmax',
  'bf16',
  'fp16',
  'fp8e4m3fn/tensor/minmax',
  'int4/block:32/minmax',
  'int8/tensor/minmax/floor',
];
const schemes = SIGNS.map((text) => parseScheme(text));

/** Element-by-element figures of one run quantized to `clip`. */
function plain(text: string, x: Float32Array, lo: number, hi: number): { squares: number; products: number; max: number } {
  const scheme = parseScheme(text);
  const out = new Float32Array(x.length);
  fakeQuantize(scheme.format, x, { lo, hi }, scheme.rounding, out);
  let squares = 0;
  let products = 0;
  let max = 0;
  out.forEach((q, i) => {
    const e = Math.fround(q - x[i]);
    squares += e * e;
    products += e * x[i];
    max = Math.max(max, Math.abs(e));
  });
  return { squares, products, max };
}

const close = (a: number, b: number, tolerance = 1e-5): void =>
  expect(Math.abs(a - b)).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(a), Math.abs(b), 1e-30));

// Much faster than comparing 65,536 numbers one by one.
const sameCounts = (a: TensorAnalysis, b: TensorAnalysis): boolean =>
  Buffer.from(a.histogram.counts.buffer).equals(Buffer.from(b.histogram.counts.buffer));

describe('analyzeTensor', () => {
  it('gives the error of every tensor-granular scheme as the format’s own code has it', async () => {
    const x = gaussian(10007, 1);
    const { errors } = await analyzeTensor(tensorOf(x), schemes);
    for (const error of errors.filter((e) => e.scheme.includes('/tensor') || ['bf16', 'fp16'].includes(e.scheme))) {
      const { squares, max } = plain(error.scheme, x, error.clip.lo, error.clip.hi);
      close(error.mse, squares / x.length);
      close(error.maxError, max, 1e-6);
    }
  });

  it('finds the channels along any axis', async () => {
    const [a, c, b] = [5, 7, 11];
    const x = gaussian(a * b * c, 2);
    const { errors } = await analyzeTensor(tensorOf(x, [a, c, b], 1), schemes);
    for (const error of errors.filter((e) => e.scheme.includes('/channel'))) {
      let squares = 0;
      error.clips!.forEach(([lo, hi], channel) => {
        const run = x.filter((_, i) => Math.floor(i / b) % c === channel);
        squares += plain(error.scheme, run, lo, hi).squares;
        if (error.scheme.includes('minmax')) {
          const top = Math.max(...run.map(Math.abs));
          expect([lo, hi]).toEqual([-top, top]);
        }
      });
      expect(error.clips).toHaveLength(c);
      close(error.mse, squares / x.length);
    }
  });

  it.each([
    { shape: [6, 40, 3], axis: 1 },
    { shape: [720], axis: null },
    { shape: [40, 18], axis: 0 },
    { shape: [18, 40], axis: 1 },
    { shape: [2, 5, 72], axis: 1 },
  ])('tells the same of $shape along $axis chunk by chunk as at once', async ({ shape, axis }) => {
    const x = gaussian(720, 3);
    x[100] = NaN;
    const exact = schemes.filter(({ clipping, granularity }) => clipping.method === 'minmax' && granularity.kind !== 'block');
    const once = await analyzeTensor(tensorOf(x, shape, axis), exact);
    for (const chunk of [7, 64, 200]) {
      const chunked = await analyzeTensor(tensorOf(x, shape, axis), exact, { chunk });
      expect(sameCounts(chunked, once)).toBe(true);
      for (const key of ['mean', 'std', 'skewness', 'kurtosis'] as const)
        expect(chunked.statistics[key]!).toBeCloseTo(once.statistics[key]!, 11);
      for (const key of ['count', 'min', 'max', 'zeros', 'nan', 'inf'] as const) expect(chunked.statistics[key]).toBe(once.statistics[key]);
      chunked.errors.forEach((error, i) => {
        close(error.mse, once.errors[i].mse);
        expect(error.clips).toEqual(once.errors[i].clips);
        expect(error.clippedFraction).toBe(once.errors[i].clippedFraction);
      });
    }
  });

  it('leaves NaN and infinities out of everything but their counts', async () => {
    const clean = uniform(3000, 4);
    const dirty = new Float32Array(3003);
    dirty.set(clean);
    dirty.set([NaN, Infinity, -Infinity], 3000);
    const a = await analyzeTensor(tensorOf(clean), schemes);
    const b = await analyzeTensor(tensorOf(dirty), schemes);
    expect(b.statistics).toMatchObject({ count: 3000, nan: 1, inf: 2, min: a.statistics.min, max: a.statistics.max });
    for (const key of ['mean', 'std', 'skewness', 'kurtosis'] as const) expect(b.statistics[key]!).toBeCloseTo(a.statistics[key]!, 11);
    expect(sameCounts(a, b)).toBe(true);
    const tensorWide = ({ scheme }: TensorError): boolean => scheme.startsWith('int4/tensor');
    close(b.errors.find(tensorWide)!.mse, a.errors.find(tensorWide)!.mse);
  });

  it.each([
    ['empty', new Float32Array(0), [0, 3]],
    ['one element', Float32Array.of(0.3), [1]],
    ['all zero', new Float32Array(12), [3, 4]],
    ['constant', new Float32Array(12).fill(-2.5), [3, 4]],
    ['all NaN', new Float32Array(12).fill(NaN), [3, 4]],
    ['tiny', new Float32Array(12).fill(1e-42), [3, 4]],
    ['huge', Float32Array.from({ length: 12 }, (_, i) => (i - 6) * 5e37), [3, 4]],
    ['mixed in size', Float32Array.of(3e38, 1e-45, -0, 0, 1, -1, Infinity, NaN, 2, 3, 4, -3e38), [3, 4]],
  ])('has finite figures for a tensor that is %s', async (_, x, shape) => {
    const all = [...schemes, ...['kl', 'aciq', 'octav', 'percentile', 'mse', 'fixed:-1..1'].map((m) => parseScheme(`int4/channel/${m}`))];
    const { statistics, errors } = await analyzeTensor(tensorOf(x, shape, 0), all);
    const numbers = (o: object): unknown[] =>
      Object.values(o).flatMap((v: unknown) => (typeof v === 'object' && v !== null ? numbers(v) : [v]));
    for (const v of numbers({ statistics, errors })) if (typeof v === 'number') expect(v).toSatisfy(Number.isFinite);
    expect(errors).toHaveLength(all.length);
    for (const { clippedFraction, scheme } of errors) if (scheme.includes('minmax')) expect(clippedFraction).toBe(0);
  });

  it('reads a tensor once when it may stay in memory, else once for each visit', async () => {
    const x = gaussian(720, 6);
    const reads = async (chunk: number, values = x): Promise<number> => {
      let total = 0;
      const source = tensorOf(values, [40, 18], 0);
      const counted = { ...source, read: (from: number, to: number) => ((total += to - from), source.read(from, to)) };
      await analyzeTensor(counted, schemes, { chunk });
      return total / values.length;
    };
    expect(await reads(1000)).toBe(1);
    expect(await reads(400)).toBe(1);
    expect(await reads(300)).toBe(2);
    // Where values are missing is known from a second look.
    expect(
      await reads(
        1000,
        Float32Array.from(x, (v, i) => (i === 7 ? NaN : v)),
      ),
    ).toBe(2);
  });

  it('takes values where it wants them from sources that can put them there', async () => {
    const x = gaussian(720, 6);
    for (const [shape, axis] of [
      [[40, 18], 0],
      [[40, 18], 1],
      [[720], null],
    ] as const) {
      const source = tensorOf(x, shape, axis);
      let direct = 0;
      const read = (from: number, to: number, into?: Float32Array): Promise<Float32Array> => {
        if (!into) return source.read(from, to);
        direct++;
        into.set(x.subarray(from, to));
        return Promise.resolve(into);
      };
      for (const chunk of [1000, 400, 100])
        expect((await analyzeTensor({ ...source, read }, schemes, { chunk })).errors).toEqual(
          (await analyzeTensor(source, schemes, { chunk })).errors,
        );
      // Channels that are not one behind the other have to be moved about.
      expect(direct > 0).toBe(axis !== 1);
    }
  });

  it('fails with the source, whichever chunk it is, and lets the next tensor in', async () => {
    const source = tensorOf(gaussian(720, 6), [40, 18], 0);
    for (const chunk of [400, 100])
      for (const bad of [0, 400, 710]) {
        const read = (from: number, to: number): Promise<Float32Array> =>
          from <= bad && bad < to ? Promise.reject(new Error('the disk is gone')) : source.read(from, to);
        const failing = analyzeTensor({ ...source, read }, schemes, { chunk });
        const fine = analyzeTensor(source, schemes, { chunk });
        await expect(failing).rejects.toThrow('the disk is gone');
        expect((await fine).statistics.count).toBe(720);
      }
  });

  it('stops when it is aborted', async () => {
    await expect(analyzeTensor(tensorOf(gaussian(100, 5)), schemes, { signal: AbortSignal.abort() })).rejects.toThrow('abort');
  });

  it('serves several tensors asked for at once', async () => {
    const xs = [1, 2, 3, 4].map((seed) => gaussian(2000, seed));
    const alone: TensorAnalysis[] = [];
    for (const x of xs) alone.push(await analyzeTensor(tensorOf(x, [20, 100], 0), schemes));
    const together = await Promise.all(xs.map((x) => analyzeTensor(tensorOf(x, [20, 100], 0), schemes)));
    together.forEach(({ statistics, errors }, i) =>
      expect({ statistics, errors }).toEqual({ statistics: alone[i].statistics, errors: alone[i].errors }),
    );
  });
});
