import { expect, test } from 'vitest';
import { analyzeTensor } from '../../../src/core/analyzeTensor.js';
import { parseScheme } from '../../../src/core/formats/index.js';
import { quantizeTensor, tensorQuantizer } from '../../../src/core/quantizeTensor.js';

const shape = [7, 12, 5];
const values = Float32Array.from({ length: 420 }, (_, i) => Math.sin(i * 1.7) * Math.exp(Math.cos(i)));

const texts = [
  'int8/tensor/minmax',
  'uint4/tensor/minmax',
  'int4/channel/mse',
  'int2/channel/mse',
  'int8/channel/kl',
  'int4/tensor/percentile',
  'int3/block:32/minmax',
  'int4/block:16/mse',
  'fixed<8,dynamic>/tensor/minmax',
  'bf16',
  'fp8e4m3fn/channel/minmax',
  'mxfp4',
  'nvfp4',
  'nf4/block:64',
  'ternary/channel',
  'codebook:16/tensor',
];

test.each(texts)('%s errs as much as the analysis of the tensor says', async (text) => {
  const scheme = parseScheme(text);
  for (const channelAxis of [0, 1, 2]) {
    const quantized = await quantizeTensor(values, shape, channelAxis, scheme);
    const source = { shape, channelAxis, elements: 420, read: (a: number, b: number) => Promise.resolve(values.slice(a, b)) };
    const { errors } = await analyzeTensor(source, [scheme]);
    let squares = 0;
    values.forEach((x, i) => (squares += (x - quantized[i]) ** 2));
    expect(squares / 420).toBeCloseTo(errors[0].mse, 6);
    expect(squares / 420 / errors[0].mse).toBeCloseTo(1, 4);
  }
});

test.each([0, 1, 2, null])(
  'a tensor is quantized under many schemes at once as under each by itself, channels along axis %s',
  async (channelAxis) => {
    const schemes = [...texts, 'int4/tensor/mse/stochastic'].map(parseScheme);
    const quantize = await tensorQuantizer(values, shape, channelAxis, schemes);
    for (const scheme of schemes)
      expect({ scheme: scheme.text, values: await quantize(scheme) }).toEqual({
        scheme: scheme.text,
        values: await quantizeTensor(values, shape, channelAxis, scheme),
      });
    expect(await (await tensorQuantizer(new Float32Array(0), [0, 3], 1, schemes))(schemes[0])).toHaveLength(0);
  },
);
