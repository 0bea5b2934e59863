import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../src/core/analyzeTensor.js';
import { errorAt } from '../../../src/core/clipping/curve.js';
import { tensorRun } from '../../../src/core/clipping/runs.js';
import { codec, parseScheme, scaleOf } from '../../../src/core/formats/index.js';
import { histogram16 } from '../../../src/core/kernels/twins.js';
import { gaussian, laplace, tensorOf } from './random.js';

const texts = [
  'int4/tensor/mse',
  'uint8/channel/minmax',
  'int3/channel/mse',
  'int4/block:32/minmax',
  'bf16',
  'codebook:16',
  'ternary',
  'mxfp4',
  'q4_k',
];
const schemes = texts.map((text) => parseScheme(text));
const [channels, n] = [6, 500];
const x = laplace(channels * n, 1).map((v, i) => v * (1 + ((i / n) | 0)));
const tensor = tensorOf(x, [channels, n], 0);

describe('details', () => {
  it('are left out unless asked for, and change no other figure', async () => {
    const plain = await analyzeTensor(tensor, schemes);
    const detailed = await analyzeTensor(tensor, schemes, { details: true });
    expect(plain.quantiles ?? plain.channels ?? plain.errors.find((e) => e.details)).toBeUndefined();
    expect(detailed.errors.map((error) => ({ ...error, details: undefined }))).toEqual(
      plain.errors.map((e) => ({ ...e, details: undefined })),
    );
  });

  it.each(texts)('of %s split its error in rounding and saturation', async (text) => {
    const [{ mse, details }] = (await analyzeTensor(tensor, [parseScheme(text)], { details: true })).errors;
    expect(Math.abs((details!.granularMse + details!.overloadMse) / mse - 1)).toBeLessThan(1e-4);
    expect(details!.mae).toBeLessThanOrEqual(Math.sqrt(mse));
    expect(Math.abs(details!.bias)).toBeLessThanOrEqual(details!.mae);
    expect(details!.codeEntropy).toBeGreaterThan(0);
    expect(details!.codeEntropy).toBeLessThanOrEqual(16);
    expect(details!.usedCodes).toBeGreaterThan(0);
    expect(details!.usedCodes).toBeLessThanOrEqual(1);
  });

  it('count codes, zeros and bias as the format’s own code does', async () => {
    const scheme = parseScheme('int4/tensor/minmax');
    const [{ details, clip }] = (await analyzeTensor(tensor, [scheme], { details: true })).errors;
    const quantizer = codec(scheme.format).fit(x, clip);
    const codes = [...quantizer.encode(x, 'nearest-even')];
    const shares = [...new Set(codes)].map((q) => codes.filter((c) => c === q).length / codes.length);
    const values = quantizer.decode(Int32Array.from(codes));
    expect(details!.codeEntropy).toBeCloseTo(-shares.reduce((sum, p) => sum + p * Math.log2(p), 0), 10);
    expect(details!.usedCodes).toBeCloseTo(shares.length / 15, 10);
    expect(details!.sparsity).toBeCloseTo(codes.filter((q) => q === 0).length / codes.length, 10);
    expect(details!.bias).toBeCloseTo(values.reduce((sum, v, i) => sum + v - x[i], 0) / x.length, 10);
    expect(details!.scales).toEqual([scaleOf(scheme.format, clip)!.scale]);
    expect(details!.zeroPoints).toEqual([0]);
  });

  it('have the parts and the curve that the histogram tells', async () => {
    const scheme = parseScheme('int4/tensor/fixed:-2..2');
    const y = gaussian(40000, 2);
    const [{ details }] = (await analyzeTensor(tensorOf(y), [scheme], { details: true })).errors;
    const run = tensorRun({ count: y.length, zeros: 0, min: Math.min(...y), max: Math.max(...y) }, histogram16(y), () => y, null);
    const told = errorAt(scheme, run, -2, 2)!;
    expect(Math.abs(details!.granularMse / told.granular - 1)).toBeLessThan(0.03);
    expect(Math.abs(details!.overloadMse / told.overload - 1)).toBeLessThan(0.03);
    expect(details!.curve!.clips).toHaveLength(40);
  });

  it('have a divergence that falls with the bits and vanishes for floats of 16 bits', async () => {
    const bits = [2, 3, 4, 6, 8];
    const ladder = [...bits.map((b) => `int${b}/tensor/mse`), 'fp16'].map((text) => parseScheme(text));
    const kl = (await analyzeTensor(tensorOf(gaussian(50000, 4)), ladder, { details: true })).errors.map((e) => e.details!.kl);
    for (let i = 1; i < kl.length; i++) expect(kl[i]).toBeLessThan(kl[i - 1]);
    expect(kl[5]).toBeLessThan(1e-3);
  });

  it('have exact quantiles, or ones that are off by a part in 256 when the tensor is not sorted as a whole', async () => {
    const { quantiles } = await analyzeTensor(tensor, [], { details: true });
    const ascending = x.slice().sort();
    expect(quantiles!.exact).toBe(true);
    quantiles!.probabilities.forEach((p, i) => expect(quantiles!.values[i]).toBe(ascending[Math.max(0, Math.ceil(p * x.length) - 1)]));
    const pieces = await analyzeTensor(tensor, [], { details: true, chunk: 130 });
    expect(pieces.quantiles!.exact).toBe(false);
    pieces.quantiles!.values.forEach((q, i) => expect(Math.abs(q - quantiles!.values[i])).toBeLessThanOrEqual(Math.abs(q) / 255));
  });
});
