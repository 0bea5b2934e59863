import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../src/core/analyzeTensor.js';
import { parseScheme } from '../../../src/core/formats/index.js';
import { clipped, expectCurve } from '../../unit/core/clipping/byTheBook.js';
import { gaussian, tensorOf } from '../../unit/core/random.js';

describe('the error over the clip', () => {
  const texts = clipped.flatMap(([format, ...rest]) =>
    ['tensor', 'channel', 'block:32', 'block:999'].map((granularity) => [format, granularity, ...rest].join('/')),
  );

  it.each(texts)('of %s is that of its own code with every group’s range narrowed alike', expectCurve);

  it('is told from evenly spaced groups when there are very many, and is nearly the same', async () => {
    const y = gaussian(1 << 19, 2).map((v, i) => v * (1 + (i & 1023) / 1024));
    const source = tensorOf(y, [1 << 9, 1 << 10], 0);
    for (const text of ['int4/block:32/minmax', 'fp4e2m1/block:16/minmax']) {
      const [{ mse, details }] = (await analyzeTensor(source, [parseScheme(text)], { details: true })).errors;
      const { elements, granular, overload } = details!.curve!;
      expect(elements).toBeLessThanOrEqual(1 << 18);
      expect(Math.abs((granular[39] + overload[39]) / mse - 1)).toBeLessThan(0.03);
    }
  });
});
