import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, stream, uniform, xoshiro128 } from '../../../../src/engine/inputs/random.js';
import { planRuns, syntheticInputs, type InputSet } from '../../../../src/engine/inputs/index.js';
import type { ValueInfo } from '../../../../src/model/types.js';
import { input, numbers } from './support.js';

describe('xoshiro128', () => {
  it('gives the published sequence for 1, 2, 3, 4', () => {
    const next = xoshiro128(1, 2, 3, 4);
    // the same recurrence in exact integer arithmetic
    const mask = 0xffffffffn;
    const rotl = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
    let s = [1n, 2n, 3n, 4n];
    const reference = Array.from({ length: 1000 }, () => {
      const result = (rotl((s[1] * 5n) & mask, 7n) * 9n) & mask;
      const t = (s[1] << 9n) & mask;
      let [a, b, c, d] = s;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = rotl(d, 11n);
      s = [a, b, c, d];
      return Number(result);
    });
    expect(Array.from({ length: 1000 }, next)).toEqual(reference);
    expect(reference.slice(0, 4)).toEqual([11520, 0, 5927040, 70819200]);
  });
});

describe('stream', () => {
  it('is its own for every seed and path', () => {
    const firsts = new Set<number>();
    for (let seed = 0; seed < 10; seed++)
      for (let sample = 0; sample < 100; sample++)
        for (let at = 0; at < 10; at++) firsts.add(stream(seed, sample, at)() + 2 ** 32 * stream(seed, sample, at)());
    expect(firsts.size).toBeGreaterThan(9990);
  });

  it('draws uniform and normal numbers', () => {
    const n = 100_000;
    const bits = stream(7);
    const u = Array.from({ length: n }, () => uniform(bits));
    const mean = (x: number[]): number => x.reduce((a, b) => a + b) / n;
    // five standard errors
    expect(Math.abs(mean(u) - 0.5)).toBeLessThan(5 / Math.sqrt(12 * n));
    expect(u.every((x) => x >= 0 && x < 1)).toBe(true);
    const draw = normal(stream(8));
    const z = Array.from({ length: n }, draw);
    expect(Math.abs(mean(z))).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(mean(z.map((x) => x * x)) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(mean(z.map((x) => x ** 4)) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
  });
});

const make = (inputs: readonly ValueInfo[], samples = 4, seed = 1, dims = {}): InputSet => syntheticInputs(inputs, { samples, seed, dims });
const shapes = async (inputs: readonly ValueInfo[], dims = {}): Promise<Record<string, string>> => {
  const set = make(inputs, 1, 1, dims);
  const [{ start, end }] = planRuns(set, 1);
  return Object.fromEntries(Object.entries(await set.read(start, end)).map(([name, tensor]) => [name, tensor.shape.join('×')]));
};

describe('syntheticInputs', () => {
  it('says what it is', () => {
    const set = make([input('image', ['batch', 3, 'h', 'w'])], 2, 5);
    expect(set).toMatchObject({
      evidence: 'synthetic',
      source: 'synthetic, seed 5',
      samples: 2,
      names: ['image'],
      batch: null,
      seams: [],
      sampleNames: null,
    });
    expect(set.notes).toEqual([
      'inputs are synthetic (seed 5): they show how numbers flow, not how well the model does its work',
      'input "image": [1, 3, 224, 224], standard normal',
    ]);
  });

  it('gives sample i the same values in any order, batch and process', async () => {
    const inputs = [input('x', ['n', 3]), input('ids', ['n', 'seq'], 'int64'), input('state', [2, 'n', 4])];
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.nat(5), fc.integer({ min: 1, max: 3 }), async (seed, start, length) => {
        const [a, b] = [make(inputs, 9, seed), make(inputs, 9, seed)];
        const batch = await a.read(start, start + length);
        for (let i = 0; i < length; i++) {
          const one = await b.read(start + i, start + i + 1);
          expect(numbers(batch.x.data).slice(3 * i, 3 * i + 3)).toEqual(numbers(one.x.data));
          expect(numbers(batch.ids.data).slice(16 * i, 16 * i + 16)).toEqual(numbers(one.ids.data));
        }
        expect(batch.state.shape).toEqual([2, length, 4]);
      }),
    );
  });

  it('differs between seeds, samples and inputs', async () => {
    const inputs = [input('x', ['n', 8]), input('y', ['n', 8])];
    const [a, b] = [await make(inputs, 2, 1).read(0, 2), await make(inputs, 2, 2).read(0, 2)];
    expect(a.x.data).not.toEqual(a.y.data);
    expect(a.x.data).not.toEqual(b.x.data);
    expect(numbers(a.x.data).slice(0, 8)).not.toEqual(numbers(a.x.data).slice(8));
  });

  it('runs voice detectors with zero state, 512 samples and 16 kHz', async () => {
    const set = make([input('input', [null, null]), input('state', [2, null, 128]), input('sr', [], 'int64')], 3);
    expect(set.batch).toBeNull();
    const { input: wave, state, sr } = await set.read(0, 3);
    expect(wave.shape).toEqual([3, 512]);
    expect(state.shape).toEqual([2, 3, 128]);
    expect(numbers(state.data).every((x) => x === 0)).toBe(true);
    expect(sr).toEqual({ dataType: 'int64', shape: [], data: BigInt64Array.of(16000n) });
  });

  it('knows LSTM states by name', async () => {
    const set = make(
      [input('input', ['batch', 'sequence']), input('sr', [], 'int64'), input('h', [2, 'batch', 64]), input('c', [2, 'batch', 64])],
      2,
    );
    const { h, c } = await set.read(0, 2);
    expect([h.shape, c.shape]).toEqual([
      [2, 2, 64],
      [2, 2, 64],
    ]);
    expect(numbers(c.data).every((x) => x === 0)).toBe(true);
  });

  it('gives language models small ids, full masks and positions', async () => {
    const ids = (name: string): ValueInfo => input(name, ['batch', 'seq'], 'int64');
    const { input_ids, attention_mask, token_type_ids, position_ids, lengths } = await make([
      ids('input_ids'),
      ids('attention_mask'),
      ids('token_type_ids'),
      ids('position_ids'),
      input('lengths', ['batch'], 'int32'),
    ]).read(0, 2);
    expect(numbers(input_ids.data).every((id) => Number.isInteger(id) && id >= 0 && id < 10)).toBe(true);
    expect(new Set(numbers(input_ids.data)).size).toBeGreaterThan(3);
    expect(new Set(numbers(attention_mask.data))).toEqual(new Set([1]));
    expect(new Set(numbers(token_type_ids.data))).toEqual(new Set([0]));
    expect(numbers(position_ids.data).slice(0, 16)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(numbers(lengths.data)).toEqual([16, 16]);
  });

  it('fills pixels, flags and half floats in their own types', async () => {
    const { pixels, flag, half } = await make([
      input('pixels', [1, 3, 32, 32], 'uint8'),
      input('flag', [1, 2], 'bool'),
      input('half', [1, 100], 'float16'),
    ]).read(0, 1);
    const values = numbers(pixels.data);
    expect(Math.min(...values)).toBeLessThan(5);
    expect(Math.max(...values)).toBeGreaterThan(250);
    expect(numbers(flag.data)).toEqual([1, 1]);
    expect(half.data).toBeInstanceOf(Uint16Array);
  });

  it.each<[string, ValueInfo[], Record<string, string>]>([
    ['a detector of open sizes', [input('x', ['d0', 3, 'd1', 'd2'])], { x: '1×3×224×224' }],
    ['a recognizer of lines of text', [input('x', ['d0', 3, 48, 'd1'])], { x: '1×3×48×320' }],
    ['sequences of features', [input('x', ['batch', 'time', 80])], { x: '1×16×80' }],
    ['sequences first', [input('x', ['time', 'batch', 80]), input('h0', [1, 'batch', 32])], { x: '16×1×80', h0: '1×1×32' }],
    ['one name, one number', [input('x', ['n', 3, 'side', 'side']), input('y', ['n', 'side'])], { x: '1×3×224×224', y: '1×224' }],
    [
      'caches, empty at first',
      [
        input('ids', ['batch', 'seq'], 'int64'),
        input('past_key_values.0.key', ['batch', 2, 'past_seq', 8]),
        input('attention_mask', ['batch', 'past_seq + seq'], 'int64'),
      ],
      { ids: '1×16', 'past_key_values.0.key': '1×2×0×8', attention_mask: '1×16' },
    ],
    ['no batch at all', [input('x', [10])], { x: '10' }],
    [
      'hidden states are data',
      [input('ids', ['n', 4], 'int64'), input('encoder_hidden_states', ['n', 'seq', 8])],
      { ids: '1×4', encoder_hidden_states: '1×16×8' },
    ],
  ])('resolves %s', async (_, inputs, expected) => expect(await shapes(inputs)).toEqual(expected));

  it('refuses dims that it does not have or that count samples, with the names there are', () => {
    const text = [input('ids', ['batch', 'sequence'], 'int64'), input('past', ['batch', 4, 'past + sequence'])];
    expect(() => make(text, 1, 1, { sequnce: 3 })).toThrow(
      'the model has no dim "sequnce": it leaves open "sequence", "past + sequence", "past"',
    );
    expect(() => make(text, 1, 1, { batch: 3 })).toThrow('dim "batch" counts the samples');
    expect(() => make([input('x', [1, 4])], 1, 1, { a: 3 })).toThrow('it leaves none open');
    expect(() => make(text, 1, 1, { past: 3 })).not.toThrow();
  });

  it('takes the user’s numbers for named dims', async () =>
    expect(await shapes([input('x', ['n', 'seq'])], { seq: 7 })).toEqual({ x: '1×7' }));

  it('feeds models of a fixed batch in that batch', async () => {
    const set = make([input('x', [4, 2])], 6);
    expect(set).toMatchObject({ batch: 4, samples: 8 });
    expect(planRuns(set, 1)).toEqual([
      { start: 0, end: 4 },
      { start: 4, end: 8 },
    ]);
    expect((await set.read(4, 8)).x.shape).toEqual([4, 2]);
    expect(set.notes.at(-1)).toBe('8 samples instead of 6: every run takes 4');
    expect(() => set.read(0, 1)).toThrow(RangeError);
  });

  it.each<[string, ValueInfo[], RegExp]>([
    ['an input without a shape', [input('x', null)], /input "x" has no shape in the model: give inputs/],
    ['text', [input('x', ['n'], 'string')], /type string, which cannot be fed/],
    ['no inputs', [], /has no inputs/],
    ['a size beyond reason', [input('x', [1, 2 ** 31])], /cannot be made/],
  ])('refuses %s', (_, inputs, message) => expect(() => make(inputs)).toThrow(message));
});
