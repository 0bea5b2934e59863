import { describe, expect, test } from 'vitest';
import { codec, parseScheme } from '../../../src/core/formats/index.js';
import { gaussian, expectedSqnr, laplaceDensity, normalDensity, normalQuantiles, sqnrDb, sqnrOf, symmetric } from '../../unit/core/formats/measure.js';
import { kmeans } from '../../../src/core/formats/kmeans.js';
import { seeded } from '../../../src/core/formats/rounding.js';

const normal = gaussian(2 ** 19);
const quantiles = normalQuantiles(2 ** 18);

describe('SQNR on normal numbers is what theory says', () => {
  test.each([
    ['bf16', 55.59],
    ['fp16', 73.65],
    ['fp8e4m3fn/tensor/fixed:-448..448', 31.52],
    ['fp8e5m2/tensor/fixed:-57344..57344', 25.54],
    ['bf16/toward-zero', 49.59],
    ['cut<fp32,16,toward-zero>', 49.59],
    ['mxfp8e4m3', 30.66],
    ['mxfp8e5m2', 25.33],
    ['mxfp4', 18.78],
    ['mxint8', 41.64],
    ['nvfp4', 20.44],
    ['q4_0', 21.35],
  ])('%s: %d dB', (scheme, db) => {
    expect(Math.abs(sqnrOf(scheme, normal, scheme === 'nvfp4' ? undefined : symmetric(448)) - db)).toBeLessThan(0.05);
  });

  test('fp8e4m3fn and fp8e5m2, unscaled', () => {
    expect(Math.abs(sqnrOf('fp8e4m3fn', normal, symmetric(448)) - 31.52)).toBeLessThan(0.05);
    expect(Math.abs(sqnrOf('fp8e5m2', normal, symmetric(57344)) - 25.54)).toBeLessThan(0.05);
  });

  test.each([
    ['q8_0', 45.5],
    ['iq4_nl', 22.4],
    ['q4_k', 22.96],
  ])('%s: %d dB, a figure of one decimal or of a short sample', (scheme, db) => {
    expect(Math.abs(sqnrOf(scheme, normal.subarray(0, 2 ** 17)) - db)).toBeLessThan(0.1);
  });

  test.each([
    ['int2', 1.22401, 7.208],
    ['int3', 1.95231, 13.292],
    ['int4', 2.47388, 18.898],
    ['int5', 2.89873, 24.326],
    ['int6', 3.27012, 29.709],
    ['int8', 3.9205, 40.54],
    ['int4', 2, 17.44],
    ['int4', 2.5, 18.89],
    ['int4', 3, 18.05],
    ['int4', 4, 15.65],
    ['int8', 3, 33.44],
    ['int8', 4, 40.51],
    ['int8', 5, 38.89],
    ['int8', 6, 37.3],
  ])('%s clipped at %d sigma: %d dB', (format, clip, db) => {
    expect(Math.abs(expectedSqnr(format, normalDensity, symmetric(clip)) - db)).toBeLessThan(0.006);
  });
});

test.each([
  ['int4', 3.40819, 15.623],
  ['int6', 5.20331, 25.259],
  ['int8', 6.98809, 35.181],
])('%s on Laplace numbers clipped at %d sigma: %d dB', (format, clip, db) => {
  expect(Math.abs(expectedSqnr(format, laplaceDensity, symmetric(clip)) - db)).toBeLessThan(0.006);
});

describe('uniform numbers', () => {
  const random = seeded(3);
  const uniform = Float32Array.from({ length: 2 ** 19 }, () => 2 * random() - 1);

  test.each([2, 3, 4, 6, 8])('an end-point grid of 2^%d codes gives 20·log10(2^b − 1)', (bits) => {
    // A positive range, so that its end points are those of the codes.
    const shifted = uniform.map((v) => (v + 1) / 2);
    const y = new Float32Array(shifted.length);
    codec(parseScheme(`uint${bits}`).format)
      .fit(shifted, { lo: 0, hi: 1 })
      .fakeQuantize(shifted, y, 'nearest-even');
    const noise = 10 * Math.log10(shifted.reduce((s, v, i) => s + (v - y[i]) ** 2, 0) / shifted.length / (1 / 12));
    expect(Math.abs(-noise - 20 * Math.log10(2 ** bits - 1))).toBeLessThan(0.05);
  });

  test('symmetric int8: 48.10 dB', () => {
    expect(Math.abs(sqnrOf('int8', uniform, symmetric(1)) - 48.1)).toBeLessThan(0.05);
  });

  test.each([
    ['nearest-even', 0, 1 / 12],
    ['nearest-away', 0, 1 / 12],
    ['stochastic', 0, 1 / 6],
    ['floor', -1 / 2, 1 / 3],
    ['toward-zero', 0, 1 / 3],
  ])('%s rounding has bias %d steps and error %d steps²', (rounding, bias, mse) => {
    const scheme = parseScheme(`fixed<16,8>/${rounding}`);
    const y = new Float32Array(uniform.length);
    codec(scheme.format).fit(uniform, symmetric(1)).fakeQuantize(uniform, y, scheme.rounding, seeded(5));
    const step = 2 ** -8;
    const errors = uniform.map((v, i) => (y[i] - v) / step);
    expect(errors.reduce((a, b) => a + b, 0) / errors.length).toBeCloseTo(bias, 2);
    expect(errors.reduce((a, b) => a + b * b, 0) / errors.length).toBeCloseTo(mse, 2);
  });
});

describe('k-means on normal numbers reaches the Lloyd-Max error', () => {
  test.each([
    [2, 0.117482],
    [3, 0.0345478],
    [4, 0.00950101],
    [5, 0.00250467],
    [6, 0.00064424],
  ])('%d bits: %d', (bits, mse) => {
    const db = sqnrOf(`codebook:${2 ** bits}/tensor`, quantiles);
    expect(Math.abs(db + 10 * Math.log10(mse))).toBeLessThan(0.01);
  });

  test('2 bits: the levels of the literature', () => {
    expect(kmeans(quantiles, 4)[3]).toBeCloseTo(1.51, 2);
    expect(kmeans(quantiles, 4)[2]).toBeCloseTo(0.4528, 3);
  });
});

test('no rounding beats the step: stochastic rounding is right on average', () => {
  const x = new Float32Array(2 ** 16).fill(0.3);
  const y = new Float32Array(x.length);
  const scheme = parseScheme('fixed<8,0>/stochastic');
  codec(scheme.format).fit(x, symmetric(1)).fakeQuantize(x, y, scheme.rounding, seeded(9));
  expect(y.reduce((a, b) => a + b, 0) / y.length).toBeCloseTo(0.3, 2);
  expect(sqnrDb(x, y)).toBeLessThan(0);
});
