import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codec, parseScheme, seeded, type Quantizer, type Scheme } from '../../../../src/core/formats/index.js';
import { families } from '../../../../src/core/formats/registry.js';
import { gaussian, minmax, sqnrOf } from './measure.js';

/** Every spelling the registry knows, with the granularity that puts all values in one run. */
const schemes = families.flatMap((family) => family.spellings).map((spelling) => parseScheme(spelling));
/** One or two of each family. */
const few = [
  'int8', 'int4-full', 'uint4', 'int3-asym', 'uint8-sym', 'int1', 'uint1', 'direct4', 'fixed<8,4>', 'fixed<8,dynamic>', 'fixed<6,mse>',
  'bf16', 'fp16', 'tf32', 'fp8e4m3fn', 'fp4e2m1', 'float<3,4>', 'mxfp4', 'mxfp8e5m2-ceil', 'mxint8', 'nvfp4', 'nf4', 'pow2<4>',
  'binary', 'ternary', 'codebook:4', 'q4_0', 'q4_1', 'q5_0', 'q8_0', 'q4_k', 'q6_k', 'iq4_nl', 'cut<bf16,3,floor>', 'cut<bf16,3,round>',
  'cut<int8,2,toward-zero>', 'cut<fixed<8,4>,2,floor>', 'prune<0.01>',
].map((text) => parseScheme(text)); // prettier-ignore

const named = (list: readonly Scheme[]): [string, Scheme][] => list.map((scheme) => [scheme.text, scheme]);

const fit = (scheme: Scheme, x: Float32Array): Quantizer => codec(scheme.format).fit(x, minmax(x));
const apply = (scheme: Scheme, quantizer: Quantizer, x: Float32Array): Float32Array => {
  const out = new Float32Array(x.length);
  quantizer.fakeQuantize(x, out, scheme.rounding, seeded(1));
  return out;
};
const error = (x: Float32Array, y: Float32Array): number => x.reduce((sum, v, i) => sum + (v - y[i]) ** 2, 0);

/** Numbers of the size of weights. */
const weights = fc
  .array(fc.oneof(fc.float({ min: -8, max: 8, noNaN: true }), fc.constantFrom(0, -0, 1, -1, 0.5)), { minLength: 1, maxLength: 300 })
  .map((values) => Float32Array.from(values));
/** Anything a file may hold. */
const anything = fc
  .array(fc.oneof(fc.float(), fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1e-45, 3.4e38, 1e-38)), { maxLength: 300 })
  .map((values) => Float32Array.from(values));

describe('every spelling', () => {
  test.each(named(schemes))('%s is canonical', (text, scheme) => {
    expect(parseScheme(text)).toEqual(scheme);
  });

  test.each(named(schemes))('%s survives empty, zero, constant, huge, tiny and non-finite runs', (_, scheme) => {
    const runs = [
      [],
      [0, 0, -0],
      [0.3, 0.3, 0.3],
      [3.4e38, -3.4e38, 1],
      [1e-45, -1e-45, 0],
      [NaN, NaN],
      [Infinity, 1, -Infinity],
      [-Infinity],
    ];
    for (const run of runs.map((values) => Float32Array.from(values))) {
      const ends = minmax(run.filter(Number.isFinite));
      for (const clip of [ends, minmax(run), { lo: NaN, hi: NaN }]) {
        const quantizer = codec(scheme.format).fit(run, clip);
        const y = apply(scheme, quantizer, run);
        const codes = quantizer.encode(run, scheme.rounding, seeded(1));
        expect(codes.length).toBe(run.length);
        const overflows = scheme.text.includes('ieee');
        if (!overflows) expect([...y].map(Number.isNaN)).toEqual([...run].map(Number.isNaN));
        if (!overflows && scheme.format.kind !== 'prune') expect([...y].filter((v) => Math.abs(v) === Infinity)).toEqual([]);
        expect(
          Object.values(quantizer.parameters)
            .flatMap((p) => (typeof p === 'number' ? [p] : Array.from(p)))
            .every(Number.isFinite),
        ).toBe(true);
        expect(quantizer.range.lo).toBeLessThanOrEqual(quantizer.range.hi);
      }
    }
  });
});

describe('properties', () => {
  test.each(named(few))('%s: values are what the codes decode to; NaN stays NaN', (_, scheme) => {
    fc.assert(
      fc.property(anything, (x) => {
        const quantizer = fit(
          scheme,
          x.filter(Number.isFinite).length === x.length ? x : Float32Array.from(x, (v) => (Number.isFinite(v) ? v : 0)),
        );
        const direct = apply(scheme, quantizer, x);
        const decoded = quantizer.decode(quantizer.encode(x, scheme.rounding, seeded(1)));
        expect([...x.keys()].filter((i) => (Number.isNaN(x[i]) ? !Number.isNaN(direct[i]) : direct[i] !== decoded[i]))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  // ggml keeps the exact minimum for encoding and a float16 of it for decoding, so q4_1 may move a value twice.
  test.each(named(few).filter(([text]) => text !== 'q4_1'))('%s: quantizing twice is quantizing once, code for code', (_, scheme) => {
    fc.assert(
      fc.property(weights, (x) => {
        // Scales below what a float16 resolves are another matter.
        const sized = x.map((v) => (Math.abs(v) < 2 ** -7 ? 0 : v));
        const quantizer = fit(scheme, sized);
        const once = apply(scheme, quantizer, sized);
        expect(apply(scheme, quantizer, once)).toEqual(once);
        const codes = quantizer.encode(once, scheme.rounding, seeded(1));
        expect(quantizer.decode(codes)).toEqual(once.map((v) => v));
      }),
      { numRuns: 30 },
    );
  });

  test.each(named(few).filter(([, scheme]) => codec(scheme.format).needs !== 'blocks'))(
    '%s: monotone and inside its range',
    (_, scheme) => {
      fc.assert(
        fc.property(weights, (x) => {
          const sorted = x.slice().sort();
          const quantizer = fit(scheme, sorted);
          const y = apply(scheme, quantizer, sorted);
          expect([...y.keys()].slice(1).filter((i) => !(y[i] >= y[i - 1]))).toEqual([]);
          expect(y[0]).toBeGreaterThanOrEqual(quantizer.range.lo);
          expect(y[y.length - 1]).toBeLessThanOrEqual(quantizer.range.hi);
        }),
        { numRuns: 30 },
      );
    },
  );

  test('a bit more at the same step never adds error', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 2, max: 15 }), (x, bits) => {
        // Steps that are powers of two, for a scale that is the same to the last bit.
        const step = 2 ** -bits;
        const at = (b: number): Float32Array => {
          const limit = step * (2 ** (b - 1) - 1);
          const out = new Float32Array(x.length);
          codec(parseScheme(`int${b}`).format)
            .fit(x, { lo: -limit, hi: limit })
            .fakeQuantize(x, out, 'nearest-even');
          return out;
        };
        expect(error(x, at(bits + 1))).toBeLessThanOrEqual(error(x, at(bits)));
      }),
    );
  });

  test('directed and stochastic rounding stay between the neighbours', () => {
    fc.assert(
      fc.property(weights, fc.constantFrom('int8', 'fixed<16,4>', 'bf16', 'fp4e2m1'), fc.integer(), (x, format, seed) => {
        const run = (rounding: string): Float32Array => {
          const scheme = parseScheme(`${format}/${rounding}`);
          const out = new Float32Array(x.length);
          fit(scheme, x).fakeQuantize(x, out, scheme.rounding, seeded(seed));
          return out;
        };
        const [floor, zero, any, near] = [run('floor'), run('toward-zero'), run('stochastic'), run('nearest-even')];
        const ceil = run('floor'); // −floor(−x), below
        const negated = parseScheme(`${format}/floor`);
        fit(negated, x).fakeQuantize(
          x.map((v) => -v),
          ceil,
          'floor',
        );
        const wrong = [...x.keys()].filter((i) => {
          const up = -ceil[i];
          const between = [zero[i], any[i], near[i]].every((v) => v === floor[i] || v === up);
          return !between || floor[i] > up || Math.abs(zero[i]) !== Math.min(Math.abs(floor[i]), Math.abs(up));
        });
        expect(wrong).toEqual([]);
      }),
    );
  });
});

describe('more bits never lower the SQNR of normal numbers', () => {
  const x = gaussian(2 ** 14);
  const ladder = (texts: string[]): number[] => texts.map((text) => sqnrOf(text, x));
  const integers = Array.from({ length: 15 }, (_, i) => i + 2);
  test.each([
    ['int', integers.map((b) => `int${b}/tensor/minmax`)],
    ['uint', integers.map((b) => `uint${b}/tensor/minmax`)],
    ['direct', integers.map((b) => `direct${b}`)],
    ['fixed', integers.map((b) => `fixed<${b},mse>`)],
    ['float mantissa', integers.slice(0, 10).map((m) => `float<5,${m}>`)],
    ['mx', ['mxfp4', 'mxfp6e3m2', 'mxfp6e2m3', 'mxint8']],
    ['codebook', [2, 3, 4, 6, 8, 16, 32, 64, 128, 256].map((k) => `codebook:${k}`)],
    ['ggml', ['q4_0', 'q4_1', 'q5_0', 'q6_k', 'q8_0']],
    ['cut', [6, 5, 4, 3, 2, 1].map((k) => `cut<bf16,${k},round>`)],
  ])('%s', (_, texts) => {
    const decibels = ladder(texts);
    expect(decibels.slice(1).filter((db, i) => db < decibels[i])).toEqual([]);
  });
});
