import { onnx } from 'onnx-proto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../src/core/analyzeTensor.js';
import { codec, matching, parseScheme, type Scheme } from '../../../src/core/formats/index.js';
import type { TensorError } from '../../../src/core/tensor.js';
import { roundTrips, type Branch } from './formats/runtime.js';
import { gaussian, tensorOf } from './random.js';

const [channels, n] = [4, 500];
const x = gaussian(channels * n, 1).map((v, i) => (v + 0.3) * (1 + Math.floor(i / n)));
const tensor = tensorOf(x, [channels, n], 0);
const channel = (c: number): Float32Array => x.slice(c * n, (c + 1) * n);

const typeOf = (text: string) => text.split(/[-/]/)[0] as Extract<Branch, { quantize: unknown }>['quantize'];
const texts = ['int8', 'uint8', 'uint8-sym', 'int16', 'uint16', 'int4', 'uint4', 'uint4-sym', 'int4-asym', 'fp8e4m3fn'].flatMap(
  (format) => [`${format}/tensor/minmax`, `${format}/channel/minmax`],
);

const sumOf = (v: Float32Array, f: (a: number, i: number) => number): number => v.reduce((sum, a, i) => sum + f(a, i), 0);

describe('a tensor analyzed to match ONNX Runtime', () => {
  let errors: readonly TensorError[];
  const back = new Map<string, Float32Array>();

  beforeAll(async () => {
    errors = (await analyzeTensor(tensor, texts.map(parseScheme), { match: 'onnxruntime', details: true })).errors;
    const branches = errors.flatMap(({ scheme, details }) =>
      details!.scales!.map((scale, c): Branch => ({
        name: `${scheme}:${c}`,
        quantize: typeOf(scheme),
        scale,
        zeroPoint: details!.zeroPoints?.[c] ?? 0,
      })),
    );
    const whole = await roundTrips(
      branches.filter(({ name }) => name.includes('/tensor')),
      x,
    );
    for (const [name, values] of Object.entries(whole)) back.set(name, values);
    for (let c = 0; c < channels; c++) {
      const own = await roundTrips(
        branches.filter(({ name }) => name.endsWith(`/channel/minmax:${c}`)),
        channel(c),
      );
      for (const [name, values] of Object.entries(own)) back.set(name, values);
    }
  });

  const quantizedByRuntime = (scheme: string): Float32Array =>
    scheme.includes('/tensor')
      ? back.get(`${scheme}:0`)!
      : Float32Array.from({ length: channels * n }, (_, i) => back.get(`${scheme}:${Math.floor(i / n)}`)![i % n]);

  it.each(texts)('has the codes of its QuantizeLinear for %s', (text) => {
    const { format, rounding }: Scheme = matching(parseScheme(text), 'onnxruntime');
    const { clip, clips } = errors.find(({ scheme }) => scheme === text)!;
    const ranges = clips ?? [[clip.lo, clip.hi]];
    ranges.forEach(([lo, hi], c) => {
      const run = clips ? channel(c) : x;
      const quantizer = codec(format).fit(new Float32Array(), { lo, hi });
      const values = new Float32Array(run.length);
      quantizer.fakeQuantize(run, values, rounding);
      // The same scale and zero point: a value is one code.
      expect(values.map((v) => v + 0)).toEqual(back.get(`${text}:${c}`)!.map((v) => v + 0));
    });
  });

  it.each(texts)('has the error that its values have for %s', (text) => {
    const error = errors.find(({ scheme }) => scheme === text)!;
    const values = quantizedByRuntime(text);
    const squares = sumOf(x, (v, i) => (values[i] - v) ** 2);
    expect(Math.abs(error.mse / (squares / x.length) - 1)).toBeLessThan(1e-4);
    expect(error.details!.bias).toBeCloseTo(sumOf(x, (v, i) => values[i] - v) / x.length, 6);
    expect(error.maxError).toBeCloseTo(
      x.reduce((most, v, i) => Math.max(most, Math.abs(values[i] - v)), 0),
      5,
    );
  });

  it('has the scale and zero point that its DynamicQuantizeLinear finds', async () => {
    const value = (name: string, elemType: number): onnx.IValueInfoProto => ({ name, type: { tensorType: { elemType } } });
    const model = onnx.ModelProto.encode({
      irVersion: 10,
      opsetImport: [{ domain: '', version: 21 }],
      graph: {
        name: 'dynamic',
        input: [{ name: 'x', type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: 'n' }] } } } }],
        output: [value('y', 2), value('scale', 1), value('zero', 2)],
        node: [{ opType: 'DynamicQuantizeLinear', input: ['x'], output: ['y', 'scale', 'zero'] }],
      },
    }).finish();
    const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
    for (let c = 0; c < channels; c++) {
      const { y, scale, zero } = await session.run({ x: new Tensor('float32', channel(c), [n]) });
      const { scales, zeroPoints } = errors.find(({ scheme }) => scheme === 'uint8/channel/minmax')!.details!;
      expect(Math.abs(scales![c] / (scale.data as Float32Array)[0] - 1)).toBeLessThan(2 ** -23);
      expect(zeroPoints![c]).toBe((zero.data as Uint8Array)[0]);
      const clip = errors.find(({ scheme }) => scheme === 'uint8/channel/minmax')!.clips![c];
      const codes = codec(matching(parseScheme('uint8'), 'onnxruntime').format)
        .fit(new Float32Array(), { lo: clip[0], hi: clip[1] })
        .encode(channel(c), 'nearest-even');
      expect([...codes]).toEqual([...(y.data as Uint8Array)]);
    }
  });

  it('scales as its tools do: by 7.5 steps for int4, by the standard deviation for FP8', () => {
    const scale = (text: string): number => errors.find(({ scheme }) => scheme === text)!.details!.scales![0];
    const top = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const mean = sumOf(x, (v) => v) / x.length;
    expect(scale('int4/tensor/minmax')).toBe(Math.fround(top / 7.5));
    expect(scale('int8/tensor/minmax')).toBe(Math.fround(top / 127));
    expect(scale('fp8e4m3fn/tensor/minmax')).toBeCloseTo(Math.sqrt(sumOf(x, (v) => (v - mean) ** 2) / x.length) / 100.057, 6);
  });
});
