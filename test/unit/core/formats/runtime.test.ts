import { beforeAll, describe, expect, test } from 'vitest';
import {
  affineQuantizer,
  codec,
  floatQuantizer,
  floatRounder,
  onnxRuntimeAffine,
  onnxRuntimeFloat8Scale,
  onnxRuntimeTraps,
  parseFormat,
  parseScheme,
  scaleOf,
  type FloatFormat,
} from '../../../../src/core/formats/index.js';
import { gaussian } from './measure.js';
import { roundTrips, type Branch } from './runtime.js';

/** Normal numbers of many magnitudes, and the values where casts go wrong: ties, ends of ranges, subnormals, signed zeros, infinities. */
function inputs(): Float32Array {
  const spread = gaussian(4096).map((v, i) => v * 2 ** ((i % 40) - 20));
  const plain = gaussian(4096, 2);
  const ties = Float32Array.from({ length: 2048 }, (_, i) => (i - 1024) / 16);
  const random = new Float32Array(Uint32Array.from({ length: 8192 }, (_, i) => Math.imul(i + 1, 0x9e3779b1)).buffer).filter(
    (v) => !Number.isNaN(v),
  );
  const edges = [
    448,
    464,
    464.01,
    480,
    57344,
    61439,
    61440,
    65504,
    65519.996,
    65520,
    2 ** -10,
    2 ** -9,
    2 ** -16,
    2 ** -17,
    2 ** -24,
    2 ** -25,
  ];
  const special = [0, -0, Infinity, -Infinity, 3.4e38, 1e-45, 1e-40, ...edges, ...edges.map((v) => -v), ...edges.map((v) => v * 1.0000001)];
  return Float32Array.of(...spread, ...plain, ...ties, ...random, ...special);
}

const x = inputs();
const clip = { lo: -2.5, hi: 3.1 };
const integers = ['int8', 'int8-full', 'int8-asym', 'uint8', 'int16', 'int16-full', 'uint16', 'uint4', 'int4-full', 'int4-asym'];
const floats = ['bf16', 'fp16', 'fp8e4m3fn', 'fp8e5m2'] as const;

const typeOf = (name: string) => name.split('-')[0] as 'int8' | 'uint8' | 'int16' | 'uint16' | 'int4' | 'uint4';
const branches: Branch[] = [
  ...integers.map((name) => ({ name, quantize: typeOf(name), ...scaleOf(parseFormat(name), clip)! })),
  { name: 'int4-match', quantize: 'int4', ...onnxRuntimeAffine({ bits: 4, signed: true, symmetric: true }, clip) },
  ...floats.map((name) => ({ name: `${name}-ieee`, cast: name, saturate: false })),
  ...floats.filter((name) => name.startsWith('fp8')).map((name) => ({ name, cast: name, saturate: true })),
  { name: 'fp8-scaled', quantize: 'fp8e4m3fn', scale: onnxRuntimeFloat8Scale(1), zeroPoint: 0 },
];

let results: Record<string, Float32Array>;
beforeAll(async () => {
  results = await roundTrips(branches, x);
});

/** Where two results differ; NaN equals NaN. */
function differences(found: Float32Array, expected: Float32Array, at: (i: number) => boolean = () => true): [number, number, number][] {
  return [...found.keys()]
    .filter((i) => at(i) && found[i] !== expected[i] && !(Number.isNaN(found[i]) && Number.isNaN(expected[i])))
    .map((i) => [x[i], found[i], expected[i]]);
}

describe('QuantizeLinear and DequantizeLinear of ONNX Runtime give the same values', () => {
  test.each(integers)('%s', (name) => {
    const { qmin, qmax } = scaleOf(parseFormat(name), clip)!;
    const full = codec(parseFormat(name)).fit(new Float32Array(), clip);
    const found = new Float32Array(x.length);
    full.fakeQuantize(x, found, 'nearest-even');
    // Its codes saturate at the type's own range; within the narrow one there is no difference.
    const { scale, zeroPoint } = scaleOf(parseFormat(name), clip)!;
    const inside = (i: number): boolean =>
      Math.abs(x[i]) < Infinity && x[i] / scale + zeroPoint > qmin - 0.5 && x[i] / scale + zeroPoint < qmax + 0.5;
    expect(x.filter((_, i) => inside(i)).length).toBeGreaterThan(4000);
    expect(differences(found, results[name], inside)).toEqual([]);
    const saturating = !name.startsWith('int') || name.includes('-');
    if (saturating) expect(differences(found, results[name], (i) => Math.abs(x[i]) < 1e6)).toEqual([]);
  });

  test('symmetric int4 as its tools scale it', () => {
    const affine = onnxRuntimeAffine({ bits: 4, signed: true, symmetric: true }, clip);
    const found = new Float32Array(x.length);
    affineQuantizer(affine).fakeQuantize(x, found, 'nearest-even');
    expect(affine).toEqual({ scale: Math.fround(Math.fround(3.1) / 7.5), zeroPoint: 0, qmin: -8, qmax: 7 });
    expect(differences(found, results['int4-match'], (i) => Math.abs(x[i]) < 1e6)).toEqual([]);
  });

  test('fp8 scaled by the standard deviation', () => {
    const scale = onnxRuntimeFloat8Scale(1);
    const found = new Float32Array(x.length);
    floatQuantizer(parseFormat('fp8e4m3fn') as FloatFormat, scale).fakeQuantize(x, found, 'nearest-even');
    expect(scale).toBeCloseTo(1 / 100.057, 6);
    expect(differences(found, results['fp8-scaled'], (i) => Math.abs(x[i]) < Infinity)).toEqual([]);
  });
});

/** Magnitudes whose rounding carries past the largest value, which ONNX Runtime's unsaturated casts get wrong: 448 for NaN, NaN for infinity. */
const strange: Readonly<Record<string, readonly [number, number]>> = { 'fp8e4m3fn-ieee': [480, 512], 'fp8e5m2-ieee': [61440, 65536] };

describe('Cast of ONNX Runtime gives the same values', () => {
  test.each([...floats.map((name) => `${name}-ieee`), 'fp8e4m3fn', 'fp8e5m2'])('%s', (name) => {
    const round = floatRounder(parseFormat(name) as FloatFormat, 'nearest-even');
    const [from, to] = strange[name] ?? [0, 0];
    const found = x.map((v) => round(v));
    expect(differences(found, results[name], (i) => !(Math.abs(x[i]) >= from && Math.abs(x[i]) < to))).toEqual([]);
  });
});

describe('the tools of ONNX Runtime', () => {
  test.each([
    [{ bits: 8, signed: true, symmetric: true }, -1, 0.5, [Math.fround(1 / 127), 0, -128, 127]],
    [{ bits: 8, signed: false, symmetric: true }, -1, 0.5, [Math.fround(1 / 127), 127, 0, 255]],
    [{ bits: 8, signed: false, symmetric: false }, 0.5, 1, [Math.fround(1 / 255), 0, 0, 255]],
    [{ bits: 8, signed: true, symmetric: true, reduceRange: true }, -1, 0.5, [Math.fround(2 / 128), 0, -128, 127]],
    [{ bits: 8, signed: false, symmetric: false, reduceRange: true }, 0, 1, [Math.fround(1 / 127), 0, 0, 255]],
    [{ bits: 16, signed: true, symmetric: true }, -1, 1, [Math.fround(1 / 32767), 0, -32768, 32767]],
    [{ bits: 16, signed: false, symmetric: true }, -1, 1, [Math.fround(1 / 32767), 32767, 0, 65535]],
    [{ bits: 4, signed: true, symmetric: true }, -3, 1, [Math.fround(3 / 7.5), 0, -8, 7]],
    [{ bits: 4, signed: false, symmetric: true }, -3, 1, [Math.fround(3 / 7.5), 8, 0, 15]],
    [{ bits: 4, signed: true, symmetric: false, reduceRange: true }, -4, 3, [1, 0, -8, 7]],
    [{ bits: 8, signed: true, symmetric: false }, 0, 0, [1, 0, -128, 127]],
    [{ bits: 8, signed: false, symmetric: true }, 0, 1e-40, [1, 0, 0, 255]],
  ] as const)('scale %o over [%d, %d]', (type, lo, hi, [scale, zeroPoint, qmin, qmax]) => {
    expect(onnxRuntimeAffine(type, { lo, hi })).toEqual({ scale, zeroPoint, qmin, qmax });
  });

  test.each([
    ['int4/channel', 1],
    ['uint8-sym', 1],
    ['fp8e4m3fn', 1],
    ['uint8/tensor/kl', 1],
    ['int8/channel', 0],
  ])('have %s as a trap: %d', (scheme, traps) => {
    expect(onnxRuntimeTraps(parseScheme(scheme))).toHaveLength(traps);
  });
});
