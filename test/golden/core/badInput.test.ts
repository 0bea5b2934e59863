import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../src/core/analyzeTensor.js';
import { parseScheme, type Scheme } from '../../../src/core/formats/index.js';
import { families } from '../../../src/core/formats/registry.js';
import type { TensorAnalysis } from '../../../src/core/tensor.js';
import { gaussian, tensorOf } from '../../unit/core/random.js';

const clippings = ['minmax', 'percentile', 'mse', 'kl', 'aciq', 'octav', 'fixed:-1..1'];

/** A few spellings of every family, with every granularity it may have, and every clipping method. */
const schemes: readonly Scheme[] = [
  ...families.flatMap((family) => {
    const { spellings, doc } = family;
    const some = [...spellings.filter((_, i) => i % Math.ceil(spellings.length / 4) === 0), doc.example.scheme];
    return some.flatMap((text) => {
      const scheme = parseScheme(text);
      const free = !text.includes('/') && family.traits(scheme.format).choices.granularity;
      return free ? ['tensor', 'channel', 'block:8'].map((granularity) => parseScheme(`${text}/${granularity}`)) : [scheme];
    });
  }),
  ...['int4', 'int1', 'uint8', 'fp8e4m3fn', 'pow2<4>'].flatMap((format) =>
    ['tensor', 'channel', 'block:1000'].flatMap((granularity) =>
      clippings.map((method) => parseScheme(`${format}/${granularity}/${method}`)),
    ),
  ),
  ...['fp16-ieee', 'fp8e4m3fn-ieee', 'bf16-ieee', 'int4/channel/minmax/stochastic', 'bf16/stochastic'].map((text) => parseScheme(text)),
];

const shapes: readonly (readonly [readonly number[], number | null])[] = [
  [[], null],
  [[1], 0],
  [[7], 0],
  [[37], null],
  [[3, 13], 0],
  [[3, 13], 1],
  [[2, 3, 5], 1],
  [[5, 0, 2], 0],
  [[0], 0],
  [[2, 9], 5],
  [[2, 9], -1],
  [[2, 40], 0],
];

const fills: Readonly<Record<string, (i: number, random: Float32Array) => number>> = {
  'all zero': () => 0,
  'all negative zero': () => -0,
  constant: () => -2.5,
  'all NaN': () => NaN,
  'all infinite': (i) => (i % 2 ? Infinity : -Infinity),
  'weights with some NaN and infinities': (i, random) => (i % 5 === 1 ? NaN : i % 7 === 2 ? -Infinity : random[i]),
  tiny: (i, random) => random[i] * 1e-42,
  huge: (i, random) => Math.fround(random[i] * 8e37),
  'of every size': (i, random) => [3.4e38, 1e-45, -0, random[i], -1e-20, NaN, -3.4e38, 1e20][i % 8],
};

/** Paths of numbers that JSON cannot hold. */
function unsafe(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path}: ${value}`];
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value === undefined ? [path] : [];
  return Object.entries(value).flatMap(([key, part]) => unsafe(part, `${path}/${key}`));
}

const figures = ({ statistics, errors, quantiles, channels }: TensorAnalysis): object => ({
  statistics,
  ...(quantiles ? { quantiles } : {}),
  ...(channels ? { channels } : {}),
  errors: Object.fromEntries(errors.map((error) => [error.scheme, error])),
});

const dataOf = (shape: readonly number[], fill: string, seed: number): Float32Array => {
  const random = gaussian(Math.max(1, shape.reduce((a, b) => a * b, 1)), seed); // prettier-ignore
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => fills[fill](i, random));
};

describe('a tensor of any shape', () => {
  it.each(Object.keys(fills))(
    'that is %s has figures under every family of formats, all of them numbers',
    { timeout: 30_000 },
    async (fill) => {
      for (const [at, [shape, axis]] of shapes.entries()) {
        const x = dataOf(shape, fill, 3);
        const analysis = await analyzeTensor(tensorOf(x, shape, axis), schemes, { details: at % 3 === 1 });
        expect(unsafe(figures(analysis)), `${JSON.stringify(shape)} along ${axis}`).toEqual([]);
        expect(analysis.errors).toHaveLength(schemes.length);
        for (const { scheme, mse, clippedFraction, effectiveBits } of analysis.errors) {
          expect(mse, scheme).toBeGreaterThanOrEqual(0);
          expect(clippedFraction, scheme).toBeGreaterThanOrEqual(0);
          expect(clippedFraction, scheme).toBeLessThanOrEqual(1);
          expect(effectiveBits, scheme).toBeGreaterThan(0);
        }
      }
    },
  );

  it('has numbers for any mixture of values, sampled or not, matched or not', { timeout: 30_000 }, async () => {
    const value = fc.oneof(fc.float(), fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1e-45, 3.4e38, -3.4e38));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(value, { maxLength: 60 }),
        fc.constantFrom(null, 0, 1, 2),
        fc.boolean(),
        fc.boolean(),
        async (channels, values, axis, sampled, matched) => {
          const inner = Math.floor(values.length / channels);
          const shape = [channels, inner];
          const x = Float32Array.from(values.slice(0, channels * inner));
          const options = {
            details: true,
            ...(sampled ? { sample: { elements: 10 } } : {}),
            ...(matched ? { match: 'onnxruntime' as const } : {}),
          };
          expect(unsafe(figures(await analyzeTensor(tensorOf(x, shape, axis), schemes, options)))).toEqual([]);
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe('values that are not finite', () => {
  const zeroless = ['binary', 'int1/channel/minmax', 'codebook:4', 'ternary', 'nf4/channel', 'int4/channel/minmax', 'bf16', 'prune<0.5>'];

  it.each(zeroless)('count in nothing under %s', async (text) => {
    const [channels, n] = [3, 41];
    const clean = gaussian(channels * n, 9).map((v) => v + 3);
    const dirty = new Float32Array(channels * (n + 2));
    for (let c = 0; c < channels; c++) {
      dirty.set(clean.subarray(c * n, c * n + 20), c * (n + 2));
      dirty.set([NaN, -Infinity], c * (n + 2) + 20);
      dirty.set(clean.subarray(c * n + 20, (c + 1) * n), c * (n + 2) + 22);
    }
    const schemes = [parseScheme(text)];
    const without = (await analyzeTensor(tensorOf(clean, [channels, n], 0), schemes, { details: true })).errors[0];
    const withGaps = (await analyzeTensor(tensorOf(dirty, [channels, n + 2], 0), schemes, { details: true })).errors[0];
    for (const key of ['mse', 'maxError', 'clippedFraction'] as const) expect(withGaps[key]).toBeCloseTo(without[key], 6);
    for (const key of ['mae', 'bias', 'sparsity', 'codeEntropy', 'usedCodes'] as const)
      expect(withGaps.details![key]).toBeCloseTo(without.details![key], 6);
  });
});
