import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codec, parseFormat } from '../../../../src/core/formats/index.js';
import { kernels, layOut } from '../../../../src/core/kernels/load.js';

/** What ggml itself makes of these inputs; golden/ggml.py says how the file was made. */
const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, 'golden/ggml.json'), 'utf8')) as Record<string, string>;
const floats = (base64: string): Float32Array => new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
const inputs = floats(golden.inputs);

const values = (name: string, x: Float32Array): Float32Array => {
  const out = new Float32Array(x.length);
  codec(parseFormat(name)).fit(x, { lo: 0, hi: 0 }).fakeQuantize(x, out, 'nearest-even');
  return out;
};

describe('values are bit for bit those of ggml', () => {
  test.each(['q4_0', 'q4_1', 'q5_0', 'q8_0', 'iq4_nl', 'q4_k', 'q6_k', 'mxfp4'])('%s', (name) => {
    const expected = floats(golden[name]);
    const found = values(name, inputs);
    const different = [...found.keys()].filter((i) => found[i] !== expected[i]);
    expect(different.map((i) => [i, inputs[i], found[i], expected[i]])).toEqual([]);
  });
});

describe('the q4_k kernel gives the same values as the format', () => {
  const byKernel = (x: Float32Array): Float32Array => {
    const [from, to] = layOut([x.length * 4, x.length * 4]);
    new Float32Array(kernels().memory.buffer, from, x.length).set(x);
    kernels().q4kFake(from, x.length / 256, to);
    return new Float32Array(kernels().memory.buffer, to, x.length).slice();
  };

  test('on what ggml was run on', () => {
    expect(byKernel(inputs)).toEqual(floats(golden.q4_k));
  });

  test('on values of any size in any mixture', () => {
    const value = fc.oneof(
      { weight: 8, arbitrary: fc.float({ min: -4, max: 4, noNaN: true }) },
      fc.float({ min: Math.fround(-1e9), max: Math.fround(1e9), noNaN: true }),
      fc.constantFrom(0, 1, -1, 1e-20, -1e-30, 1e-45),
    );
    const block = fc.oneof(
      fc.array(value, { minLength: 256, maxLength: 256 }),
      // Constant stretches, where a scale is zero.
      fc.array(value, { minLength: 16, maxLength: 16 }).map((few) => few.flatMap((v) => Array<number>(16).fill(v))),
    );
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 3 }), (blocks) => {
        const x = Float32Array.from(blocks.flat());
        const [found, expected] = [byKernel(x), values('q4_k', x)];
        expect([...x.keys()].filter((i) => found[i] !== expected[i])).toEqual([]);
      }),
    );
  });
});
