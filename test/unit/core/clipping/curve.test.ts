import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../../src/core/analyzeTensor.js';
import { errorOver, newCurve } from '../../../../src/core/clipping/curve.js';
import { tensorRun } from '../../../../src/core/clipping/runs.js';
import { codec, parseScheme } from '../../../../src/core/formats/index.js';
import { families } from '../../../../src/core/formats/registry.js';
import { histogram16 } from '../../../../src/core/kernels/twins.js';
import { gaussian, tensorOf } from '../random.js';
import { channels, clipped, curveOf, expectCurve, n, x } from './byTheBook.js';

describe('the error over the clip', () => {
  const texts = clipped
    .slice(0, 6)
    .flatMap(([format, ...rest]) => ['tensor', 'channel', 'block:32'].map((granularity) => [format, granularity, ...rest].join('/')));

  it.each(texts)('of %s is that of its own code with every group’s range narrowed alike', expectCurve);

  it.each([
    ['mxfp4', 6, 2],
    ['mxfp8e4m3', 448, 8],
  ])('of %s takes the largest magnitude of a block for less', async (text, max, emax) => {
    const curve = (await curveOf(text))!;
    const { format } = parseScheme(text);
    for (const i of [20, 30, 39]) {
      let error = 0;
      for (let from = 0; from < x.length; from += from % n === n - 16 ? 16 : 32) {
        const block = x.subarray(from, Math.min(from + 32, from - (from % n) + n));
        const scale = 2 ** (Math.floor(Math.log2(Math.fround(curve.ratios[i] * Math.max(...block.map(Math.abs))))) - emax);
        // With the largest element among them the scale of other values is known.
        const probe = Float32Array.of(max * scale, ...block);
        const out = new Float32Array(probe.length);
        codec(format).fit(Float32Array.of(max * scale), { lo: 0, hi: 0 });
        for (let j = 1; j < probe.length; j++) {
          const two = Float32Array.of(max * scale, Math.min(max * scale, Math.max(-max * scale, probe[j])));
          codec(format).fit(two, { lo: 0, hi: 0 }).fakeQuantize(two, two, 'nearest-even');
          out[j] = two[1];
          error += (out[j] - probe[j]) ** 2;
        }
      }
      expect(Math.abs((curve.granular[i] + curve.overload[i]) / (error / x.length) - 1)).toBeLessThan(1e-4);
    }
  });

  it('has overload that falls to nothing and granular error that grows with the clip', async () => {
    const y = gaussian(40000, 1);
    const { ratios, clips, granular, overload } = (await curveOf('int4/tensor/mse', y, [1, y.length]))!;
    expect(clips![39]).toBe(y.reduce((most, v) => Math.max(most, Math.abs(v)), 0));
    expect(overload[39]).toBe(0);
    for (let i = 1; i < 40; i++) {
      expect(ratios[i]).toBeGreaterThan(ratios[i - 1]);
      expect(overload[i]).toBeLessThanOrEqual(overload[i - 1]);
    }
    for (let i = 10; i < 40; i++) expect(granular[i]).toBeGreaterThan(granular[i - 1]);
  });

  it('is the same when channels lie in several chunks, as far as their histograms go', async () => {
    const y = gaussian(720 * 8, 3);
    for (const text of ['int4/channel/mse', 'fp8e4m3fn/channel/mse', 'uint4/channel/minmax/floor']) {
      const source = tensorOf(y, [40, 8, 18], 1);
      const [once, chunked] = await Promise.all(
        [1 << 24, 500].map(
          async (chunk) => (await analyzeTensor(source, [parseScheme(text)], { details: true, chunk })).errors[0].details!.curve!,
        ),
      );
      expect(chunked.elements).toBe(once.elements);
      for (const part of ['granular', 'overload'] as const)
        chunked[part].forEach((error, i) => expect(Math.abs(error - once[part][i])).toBeLessThanOrEqual(1e-12 + 1e-9 * error));
    }
  });

  it('is told from evenly spaced groups when there are very many', () => {
    expect(newCurve(parseScheme('int4/channel'), 1 << 20, 4)!.every).toBe(16);
  });

  it('is left out where narrowing the range means nothing', async () => {
    const without = [
      'bf16',
      'fp16',
      'fixed<16,12>',
      'binary',
      'ternary',
      'codebook:4',
      'q4_0',
      'q4_k',
      'prune<0.1>',
      'fp8e4m3fn-ieee',
      'cut<bf16,3,floor>',
    ];
    const schemes = [...without, 'fixed<8,mse>', 'nvfp4', 'mxint8'].map((text) => parseScheme(text));
    const { errors } = await analyzeTensor(tensorOf(x, [channels, n], 0), schemes, { details: true });
    expect(errors.filter(({ details }) => !details!.curve).map(({ scheme }) => scheme)).toEqual(
      schemes.slice(0, without.length).map(({ text }) => text),
    );
  });

  it('has an answer for one example of every family that has a clip', () => {
    const run = tensorRun({ count: x.length, zeros: 0, min: -9, max: 9 }, histogram16(x), () => x, null);
    const told = families.filter(({ doc }) => errorOver(parseScheme(doc.example.scheme), run, { lo: -9, hi: 9 }));
    expect(told.map(({ kind }) => kind)).toEqual(['integer', 'direct', 'fixed', 'float', 'mx', 'nvfp4', 'nf4', 'pow2']);
  });
});
