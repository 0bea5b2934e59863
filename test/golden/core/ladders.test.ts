import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../src/core/analyzeTensor.js';
import { parseScheme } from '../../../src/core/formats/index.js';
import { gaussian as independent } from '../../unit/core/formats/measure.js';
import { gaussian, laplace, tensorOf } from '../../unit/core/random.js';

const [channels, n] = [8, 600];
/** Channels tenfold different in size. */
const unequal = (x: Float32Array): Float32Array => x.map((v, i) => v * 10 ** (Math.floor(i / n) / channels));

async function decibels(x: Float32Array, texts: readonly string[]): Promise<number[]> {
  const { errors } = await analyzeTensor(tensorOf(x, [channels, n], 0), texts.map(parseScheme));
  return errors.map(({ sqnrDb }) => sqnrDb!);
}

const families: readonly (readonly [string, readonly string[]])[] = [
  ['symmetric integers', [2, 3, 4, 5, 6, 7, 8, 10, 12].map((b) => `int${b}`)],
  ['asymmetric integers', [2, 3, 4, 5, 6, 7, 8, 10, 12].map((b) => `uint${b}`)],
  ['integers of the full range', [2, 3, 4, 6, 8].map((b) => `int${b}-full`)],
  ['dynamic fixed point', [2, 3, 4, 6, 8, 10].map((b) => `fixed<${b},dynamic>`)],
  ['small floats', ['float<2,1>', 'float<2,2>', 'float<2,3>', 'float<2,4>', 'float<2,5>']],
  ['powers of two', ['pow2<2>', 'pow2<3>', 'pow2<4>', 'pow2<5>']],
];

describe.each([
  ['Gaussian', unequal(gaussian(channels * n, 1))],
  ['Laplace', unequal(laplace(channels * n, 2))],
])('at the clip of least error, on %s weights', (_, x) => {
  it.each(families)('more bits never lower the SQNR of %s, nor do scales of channels', async (__, formats) => {
    const [tensor, channel] = [
      await decibels(
        x,
        formats.map((f) => `${f}/tensor/mse`),
      ),
      await decibels(
        x,
        formats.map((f) => `${f}/channel/mse`),
      ),
    ];
    for (const ladder of [tensor, channel])
      ladder.slice(1).forEach((db, i) => expect(db, formats[i + 1]).toBeGreaterThan(ladder[i] - 1e-9));
    channel.forEach((db, i) => expect(db, formats[i]).toBeGreaterThan(tensor[i] - 1e-9));
  });
});

describe('on normal numbers the analysis finds the figures of theory and of others', () => {
  // Independent ones: a block's scale depends on what its values have to do with each other.
  const normal = independent(1 << 17);

  // XNOR-Net's α = E|x| leaves 1 − 2/π of the energy; a threshold of 0.7·E|x| leaves 0.1916.
  it.each([
    ['binary/tensor', 4.4],
    ['ternary/tensor', 7.18],
    ['mxfp8e4m3', 30.66],
    ['mxfp8e5m2', 25.33],
    ['mxfp4', 18.78],
    ['mxint8', 41.64],
    ['nvfp4', 20.44],
    ['q4_0', 21.35],
    ['q8_0', 45.5],
    ['q4_k', 22.96],
    ['iq4_nl', 22.4],
  ])('%s: %d dB', async (text, db) => {
    const { errors } = await analyzeTensor(tensorOf(normal), [parseScheme(text)]);
    expect(Math.abs(errors[0].sqnrDb! - db)).toBeLessThan(0.1);
  });
});
