import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codec, effectiveBits, parseFormat, parseScheme, scaleOf } from '../../../../src/core/formats/index.js';
import { kmeans } from '../../../../src/core/formats/kmeans.js';
import { sortedFinite } from '../../../../src/core/formats/sort.js';
import { minmax } from './measure.js';

const quantize = (format: string, values: readonly number[], clip = minmax(Float32Array.from(values))): number[] => {
  const x = Float32Array.from(values);
  const out = new Float32Array(x.length);
  const scheme = parseScheme(format);
  codec(scheme.format).fit(x, clip).fakeQuantize(x, out, scheme.rounding);
  return [...out];
};

describe('effective bits of published formats', () => {
  test.each([
    ['codebook:4/tensor', [16], 10], // Deep Compression's example: 16 weights of 32 bits, 4 shared values: 32/10 = 3.2
    ['nf4/block:64', [64, 64], 4.5], // QLoRA, before its double quantization
    ['mxfp4', [32, 64], 4.25],
    ['mxfp6e2m3', [32, 64], 6.25],
    ['mxfp8e4m3', [32, 64], 8.25],
    ['nvfp4', [1024, 1024], 4.5 + 32 / 2 ** 20],
    ['q4_0', [32, 256], 4.5],
    ['q4_1', [32, 256], 5],
    ['q5_0', [32, 256], 5.5],
    ['q8_0', [32, 256], 8.5],
    ['q4_k', [32, 256], 4.5],
    ['q6_k', [32, 256], 6.5625],
    ['iq4_nl', [32, 256], 4.5],
    ['binary/channel', [64, 288], 1 + 32 / 288],
    ['ternary/channel', [64, 288], 2 + 32 / 288],
    ['tf32', [8], 32],
    ['fixed<16,12>', [8], 16],
    ['fixed<8,dynamic>', [8], 9],
    ['pow2<4>', [8], 5],
    ['cut<bf16,3,floor>', [8], 13],
    ['prune<0.5>', [8], 32],
  ])('%s on [%s]: %d', (scheme, shape, bits) => {
    expect(effectiveBits(parseScheme(scheme), shape, 0 in shape && shape.length > 1 ? 0 : null)).toBeCloseTo(bits, 10);
  });

  test('the last block of a channel is padded where the format has no shorter one', () => {
    expect(effectiveBits(parseScheme('q4_0'), [2, 40], 0)).toBeCloseTo((2 * 64 * 4 + 4 * 16) / 80, 10);
    expect(effectiveBits(parseScheme('mxfp4'), [2, 40], 0)).toBeCloseTo((2 * 40 * 4 + 4 * 8) / 80, 10);
  });
});

test('Deep Compression: 16 weights share 4 values at a rate of 3.2', () => {
  expect(32 / effectiveBits(parseScheme('codebook:4/tensor'), [4, 4], null)).toBeCloseTo(3.2, 10);
});

describe('fixed point', () => {
  test.each([
    ['fixed<8,dynamic>', 0.9, 7],
    ['fixed<8,dynamic>', 1, 7],
    ['fixed<8,dynamic>', 1.1, 6],
    ['fixed<8,dynamic>', 300, -2],
    ['fixed<8,dynamic>', 0.01, 13],
    ['fixed<8,dynamic>', 0, 7],
    ['fixed<8,dynamic-io>', 0.9, 8],
    ['fixed<8,dynamic-io>', 300, -1],
    ['fixed<16,12>', 0.9, 12],
  ])('%s of values up to %d has %d fraction bits', (format, limit, fraction) => {
    expect(scaleOf(parseFormat(format), { lo: -limit, hi: limit / 2 })).toMatchObject({ scale: 2 ** -fraction, zeroPoint: 0 });
  });

  test('codes saturate at the ends of two’s complement', () => {
    expect(quantize('fixed<4,1>', [-9, -4, 3.4, 3.5, 9])).toEqual([-4, -4, 3.5, 3.5, 3.5]);
  });

  test('dynamic fractions round half away from zero', () => {
    expect(quantize('fixed<4,1>/nearest-even', [0.25, -0.25, 0.75])).toEqual([0, 0, 1]);
    expect(quantize('fixed<4,dynamic>', [0.0625, -0.1875, 0.9])).toEqual([0.125, -0.25, 0.875]);
  });

  test('the best fraction clips an outlier when that costs less', () => {
    const values = [...Array.from({ length: 1000 }, (_, i) => Math.sin(i) / 8), 0.26];
    const [plain, best] = ['fixed<4,dynamic>', 'fixed<4,mse>'].map((format) => {
      const y = quantize(format, values);
      return values.reduce((sum, v, i) => sum + (v - y[i]) ** 2, 0);
    });
    expect(best).toBeLessThan(plain);
  });
});

describe('direct quantization', () => {
  test('spreads 2^b − 1 levels over the full range and rounds half away', () => {
    expect(quantize('direct3', [-3, -0.5, 0.4, 0.5, 2.6])).toEqual([-3, -1, 0, 1, 3]);
  });
});

describe('binary and ternary', () => {
  test('XNOR-Net: the mean magnitude times the sign', () => {
    expect(quantize('binary', [-1, 0.5, 0, 0.5])).toEqual([-0.5, 0.5, 0.5, 0.5]);
  });

  test('TWN: threshold 0.7 of the mean magnitude, scale the mean of what exceeds it', () => {
    // mean |x| = 1, threshold 0.7
    expect(quantize('ternary', [2, -1, 0.6, 0.4])).toEqual([1.5, -1.5, 0, 0]);
  });
});

describe('powers of two', () => {
  test('values go to the nearest power, ties to the larger', () => {
    // 3 bits: a sign and three exponents, 2^-2, 2^-1, 2^0
    expect(quantize('pow2<3>', [1, -0.76, 0.75, 0.74, 0.375, 0.2, 0.125, -0.12])).toEqual([1, -1, 1, 0.5, 0.5, 0.25, 0.25, 0]);
  });

  test('the largest exponent is that of the power nearest to the largest value', () => {
    expect(quantize('pow2<2>', [1.4, 0.2])).toEqual([1, 0]);
    expect(quantize('pow2<2>', [1.6, 0.9])).toEqual([2, 0]);
  });
});

describe('NF4', () => {
  test('levels are those of QLoRA, scaled by the largest magnitude', () => {
    const y = quantize('nf4', [-2, 0.16, 0.5, 2]);
    expect(y).toEqual([-2, 2 * Math.fround(0.07958029955625534), 2 * Math.fround(0.24611230194568634), 2]);
  });
});

describe('microscaling', () => {
  test('the scale is the power of two below the largest magnitude over that below the largest element', () => {
    expect(codec(parseFormat('mxfp4')).fit(Float32Array.of(7.9, 1), { lo: 0, hi: 0 }).parameters).toEqual({ exponents: Int16Array.of(0) });
    expect(quantize('mxfp4', [7.9, 1.2, -0.3, 5])).toEqual([6, 1, -0.5, 4]);
  });

  test('with -ceil nothing saturates', () => {
    expect(codec(parseFormat('mxfp4-ceil')).fit(Float32Array.of(7.9, 1), { lo: 0, hi: 0 }).parameters).toEqual({
      exponents: Int16Array.of(1),
    });
    expect(quantize('mxfp4-ceil', [7.9, 1.2, -0.3, 5])).toEqual([8, 1, -0, 4]);
    expect(quantize('mxfp4-ceil', [6, 3])).toEqual([6, 3]);
  });

  test('every block of 32 has its own scale', () => {
    const x = Float32Array.from({ length: 40 }, (_, i) => (i < 32 ? 4 : 0.03125));
    const { parameters, range } = codec(parseFormat('mxfp4')).fit(x, { lo: 0, hi: 0 });
    expect(parameters).toEqual({ exponents: Int16Array.of(0, -7) });
    expect(range).toEqual({ lo: -6, hi: 6 });
  });
});

describe('NVFP4', () => {
  test('the tensor scale maps its largest magnitude to 6·448, block scales are E4M3', () => {
    const x = Float32Array.from({ length: 32 }, (_, i) => (i < 16 ? 6 : 1.1));
    const { parameters } = codec(parseFormat('nvfp4')).fit(x, { lo: 0, hi: 2688 });
    expect(parameters).toEqual({ tensorScale: 1, blockScales: Float32Array.of(1, 0.1875) });
  });
});

describe('edge-cutting', () => {
  test.each([
    ['cut<fixed<8,4>,2,floor>', [-0.3125, -0.25, 0.1875, 0.25, 7.9375], [-0.5, -0.25, 0, 0.25, 7.75]],
    ['cut<fixed<8,4>,2,toward-zero>', [-0.3125, -0.25, 0.1875, 0.25, 7.9375], [-0.25, -0.25, 0, 0.25, 7.75]],
    ['cut<fixed<8,4>,2,round>', [-0.3125, -0.375, 0.1875, 0.375, 7.9375], [-0.25, -0.5, 0.25, 0.5, 7.75]],
    ['cut<bf16,6,floor>', [1.25, 1.75, -1.25, -1.75, -0.75], [1, 1.5, -1.5, -2, -0.75]],
    ['cut<bf16,6,toward-zero>', [1.25, 1.75, -1.25, -1.75], [1, 1.5, -1, -1.5]],
    ['cut<bf16,6,round>', [1.25, 1.75, -1.26, -1.75], [1, 2, -1.5, -2]],
  ])('%s', (format, values, expected) => {
    expect(quantize(format, values)).toEqual(expected);
  });

  test('keeps infinity and NaN where the base overflows to them', () => {
    expect(quantize('cut<fp16-ieee,4,floor>', [1e9, -1e9, NaN])).toEqual([Infinity, -Infinity, NaN]);
  });

  test('small values become zero', () => {
    expect(quantize('prune<0.25>', [-1, -0.2, 0.25, 0.1, 1e-9])).toEqual([-1, 0, 0.25, 0, 0]);
  });
});

describe('k-means', () => {
  /** The least squared error of k clusters, by dynamic programming over all partitions. */
  function optimum(values: readonly number[], k: number): number {
    const sorted = values.toSorted((a, b) => a - b);
    const cost = (from: number, to: number): number => {
      const part = sorted.slice(from, to);
      const mean = part.reduce((a, b) => a + b, 0) / part.length;
      return part.reduce((sum, v) => sum + (v - mean) ** 2, 0);
    };
    let best = sorted.map((_, i) => cost(0, i + 1));
    for (let clusters = 2; clusters <= k; clusters++) {
      best = best.map((least, i) => Math.min(least, ...Array.from({ length: i }, (_, j) => best[j] + cost(j + 1, i + 1))));
    }
    return best[best.length - 1];
  }

  test('finds the optimum of small tensors', () => {
    const values = fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 6 }), (list, k) => {
        const x = Float32Array.from(list);
        const levels = kmeans(x, k);
        const error = list.reduce((sum, v) => sum + Math.min(...Array.from(levels, (level) => (v - level) ** 2)), 0);
        expect(levels.length).toBeLessThanOrEqual(k);
        expect(error).toBeLessThanOrEqual(optimum([...x], k) * (1 + 1e-6) + 1e-9);
      }),
    );
  });

  test('keeps every value when there are no more than k', () => {
    expect([...kmeans(Float32Array.of(3, 1, 3, -2, NaN, Infinity), 4)]).toEqual([-2, 1, 3]);
  });

  test('sorts as the typed array does, without what is not finite', () => {
    fc.assert(
      fc.property(fc.float32Array(), (x) => {
        expect(sortedFinite(x)).toEqual(x.filter(Number.isFinite).sort());
      }),
    );
  });
});
