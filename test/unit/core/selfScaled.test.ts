import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../src/core/analyzeTensor.js';
import { codec, parseScheme, seeded } from '../../../src/core/formats/index.js';

/** Channels of 544 elements: two blocks of 256 and a ragged one. */
const shape = [3, 544];
const random = seeded(7);
const values = Float32Array.from({ length: shape[0] * shape[1] }, () => random() + random() + random() - 1.5);

describe.each(['mxfp4', 'mxfp8e4m3', 'mxint8', 'nvfp4', 'q4_0', 'q8_0', 'q4_k', 'q6_k', 'iq4_nl'])('%s', (text) => {
  it('is measured block by block, as its own code quantizes each block', async () => {
    const scheme = parseScheme(text);
    const { granularity, format } = scheme;
    if (granularity.kind !== 'block') throw new Error('expected a block format');
    const clip = { lo: values.reduce((a, b) => Math.min(a, b)), hi: values.reduce((a, b) => Math.max(a, b)) };
    let signal = 0;
    let noise = 0;
    for (let channel = 0; channel < shape[0]; channel++) {
      for (let i = 0; i < shape[1]; i += granularity.size) {
        const block = values.slice(channel * shape[1] + i, channel * shape[1] + Math.min(i + granularity.size, shape[1]));
        const out = new Float32Array(block.length);
        codec(format).fit(block, clip).fakeQuantize(block, out, scheme.rounding);
        block.forEach((x, j) => {
          signal += x * x;
          noise += (x - out[j]) ** 2;
        });
      }
    }
    const source = { shape, channelAxis: 0, elements: values.length, read: (a: number, b: number) => Promise.resolve(values.slice(a, b)) };
    const [error] = (await analyzeTensor(source, [scheme])).errors;
    expect(error.sqnrDb).toBeCloseTo(10 * Math.log10(signal / noise), 3);
    expect(error.sqnrDb).toBeGreaterThan(14);
    expect(error.clippedFraction).toBeLessThan(0.1);
  });
});
