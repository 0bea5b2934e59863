import { expect, test } from 'vitest';
import { codec, parseScheme } from '../../../../src/core/formats/index.js';
import { channelMajor, channelsLast } from '../../../../src/engine/activations/axis.js';
import { activationQuantizer } from '../../../../src/engine/activations/quantizer.js';
import type { RunTensor } from '../../../../src/engine/backend/types.js';

const random = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898) * Math.exp(Math.cos(i * 0.7)));
const tensor = (shape: readonly number[]): RunTensor & { readonly data: Float32Array } => ({
  dataType: 'float32',
  shape,
  data: random(shape.reduce((a, b) => a * b, 1)),
});
const under = async (scheme: string, value: RunTensor, op: string, range = {}) =>
  (await activationQuantizer(parseScheme(scheme), { clip: { lo: -2.5, hi: 2.5 }, ...range }, op)(value)).data as Float32Array;

test('bfloat16 keeps the upper half of the bits, rounded to even', async () => {
  const value = tensor([2, 3, 4, 4]);
  const found = await under('bf16', value, 'Conv');
  const bits = new Uint32Array(value.data.buffer);
  bits.forEach((u, i) => {
    const expected = ((u + 0x7fff + ((u >>> 16) & 1)) >>> 16) << 16;
    expect(new Uint32Array(found.buffer)[i]).toBe(expected >>> 0);
  });
});

test.each([
  ['Conv', [2, 3, 2, 2], (i: number) => Math.floor(i / 4) % 3],
  ['MatMul', [4, 2, 3], (i: number) => i % 3],
  ['Conv', [2, 3], (i: number) => i % 3],
])('%s %o: each channel is on the grid of its own range', async (op, shape, channelOf) => {
  const clips = [0.5, 1, 2].map((hi) => [-hi, hi] as const);
  const value = tensor(shape);
  const found = await under('int4/channel/minmax', value, op, { clips });
  value.data.forEach((x, i) => {
    const scale = Math.fround(clips[channelOf(i)][1] / 7);
    const code = Math.min(7, Math.max(-7, Math.round(Math.fround(x / scale))));
    expect(found[i]).toBeCloseTo(code * scale, 5);
  });
});

test.each([
  ['mxfp4', 'Conv', [2, 64, 3, 3]],
  ['mxfp8e4m3', 'MatMul', [5, 2, 64]],
  ['mxint8', 'Conv', [1, 40, 2, 2]],
  ['q8_0', 'Gemm', [4, 40]],
])('%s of what %s takes shares a scale along the axis that is summed over', async (scheme, op, shape) => {
  const value = tensor(shape);
  const found = await under(scheme, value, op);
  const inner = op === 'Conv' ? shape[2] * shape[3] : 1;
  const channels = op === 'Conv' ? shape[1] : shape[shape.length - 1];
  for (let at = 0; at < value.data.length; at += channels * inner)
    for (let i = 0; i < inner; i++) {
      const places = Array.from({ length: channels }, (_, c) => at + c * inner + i);
      const row = Float32Array.from(places, (place) => value.data[place]);
      const expected = new Float32Array(channels);
      codec(parseScheme(scheme).format).fit(row, { lo: 0, hi: 0 }).fakeQuantize(row, expected, 'nearest-even');
      expect(places.map((place) => found[place])).toEqual([...expected]);
    }
});

test('blocks of integers have the range of their own values', async () => {
  const value = tensor([3, 8]);
  const found = await under('int4/block:4/minmax', value, 'MatMul');
  for (let at = 0; at < 24; at += 4) {
    const block = value.data.subarray(at, at + 4);
    const scale = Math.fround(Math.max(...block.map(Math.abs)) / 7);
    block.forEach((x, i) => expect(found[at + i]).toBeCloseTo(Math.round(x / scale) * scale, 5));
  }
});

test('formats that are fitted to values are fitted to those of calibration', async () => {
  const value = tensor([2, 50]);
  const sample = Float32Array.of(-1, -1, 2, 2);
  const found = await under('codebook:2/tensor', value, 'MatMul', { sample });
  expect(new Set(found)).toEqual(new Set([-1, 2]));
  value.data.forEach((x, i) => expect(found[i]).toBe(x < 0.5 ? -1 : 2));
  const ternary = await under('ternary/channel', tensor([4, 2]), 'MatMul', {
    clips: [
      [-1, 1],
      [-4, 4],
    ],
    sample: Float32Array.of(1, -1, 4, -4),
  });
  expect(new Set(ternary.filter((_, i) => i % 2 === 0).map(Math.abs))).toEqual(new Set([0, 1]));
});

test('what a value holds that is no float32 stays as it is', async () => {
  const value: RunTensor = { dataType: 'int64', shape: [2], data: BigInt64Array.of(1n, 2n) };
  expect(await activationQuantizer(parseScheme('bf16'), { clip: { lo: 0, hi: 1 } }, 'Gather')(value)).toBe(value);
});

test('a value with another number of channels than it had in calibration is refused', async () => {
  await expect(under('int8/channel/minmax', tensor([2, 3]), 'MatMul', { clips: [[0, 1]] })).rejects.toThrow('3 channels had 1');
});

test('channels are brought together and back', () => {
  const shape = { outer: 2, channels: 3, inner: 4 };
  const x = random(24);
  expect(channelsLast(channelsLast(x, shape), shape, true)).toEqual(x);
  expect([...channelMajor(x, shape).subarray(0, 8)]).toEqual([...x.subarray(0, 4), ...x.subarray(12, 16)]);
});
