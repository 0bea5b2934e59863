import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../src/core/analyzeTensor.js';
import { parseScheme } from '../../../src/core/formats/index.js';
import { channels, clipped, expectCurve, n, x } from '../../unit/core/clipping/byTheBook.js';
import { gaussian, tensorOf } from '../../unit/core/random.js';

describe('the error over the clip', () => {
  const texts = clipped.flatMap(([format, ...rest]) =>
    ['tensor', 'channel', 'block:32', 'block:999'].map((granularity) => [format, granularity, ...rest].join('/')),
  );

  it.each(texts)('of %s is that of its own code with every group’s range narrowed alike', expectCurve);

  it.each([
    'int4',
    'uint4',
    'uint16',
    'int4+floor',
    'int3+stochastic',
    'int1',
    'fp8e4m3fn',
    'fp4e2m1',
    'pow2<4>',
    'nf4',
    'direct6',
    'fixed<8,dynamic>',
  ])('of %s ends at the error that minmax has, and never falls below that of the best clip', async (text) => {
    const [format, rounding = ''] = text.split('+');
    for (const granularity of ['tensor', 'channel', 'block:32']) {
      const free = !['nf4', 'direct6'].includes(format);
      const parts = [format, granularity, ...(free ? ['minmax'] : []), ...(rounding ? [rounding] : [])].join('/');
      const schemes = [parts, parts.replace('minmax', 'mse')].map((scheme) => parseScheme(scheme));
      const errors = (await analyzeTensor(tensorOf(x, [channels, n], 0), schemes, { details: true })).errors;
      const { granular, overload, ratios } = errors[0].details!.curve!;
      expect(ratios[39]).toBe(1);
      expect(Math.abs((granular[39] + overload[39]) / errors[0].mse - 1), granularity).toBeLessThan(0.05);
      if (!free) continue;
      const least = granular.reduce((most, g, i) => Math.min(most, g + overload[i]), Infinity);
      // The least of many figures that chance has a part in is too low.
      expect(errors[1].mse, granularity).toBeLessThan((rounding === 'stochastic' ? 1.1 : 1.03) * least);
    }
  });

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
