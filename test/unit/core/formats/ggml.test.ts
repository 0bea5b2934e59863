import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { codec, parseFormat } from '../../../../src/core/formats/index.js';

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
