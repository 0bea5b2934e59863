import { describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../../src/core/analyzeTensor.js';
import { fakeQuantize, parseScheme } from '../../../src/core/formats/index.js';
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

describe('theory', () => {
  it('lets no format beat 6.0206 dB for a bit of entropy on a Gaussian', async () => {
    const normal = independent(1 << 17);
    const texts = ['int2', 'int4', 'uint5', 'int8'].flatMap((f) => ['minmax', 'mse'].map((clip) => `${f}/tensor/${clip}`));
    const schemes = [...texts, 'codebook:4', 'codebook:16', 'codebook:64', 'nf4/tensor', 'fp4e2m1', 'pow2<4>', 'binary/tensor', 'ternary/tensor'];
    const { errors } = await analyzeTensor(tensorOf(normal), schemes.map(parseScheme), { details: true });
    for (const { scheme, sqnrDb, details } of errors) {
      // The rate-distortion bound of a Gaussian: D ≥ 2^(−2R).
      expect(sqnrDb, scheme).toBeLessThan(20 * Math.log10(2) * details!.codeEntropy);
      expect(sqnrDb, scheme).toBeGreaterThan(0);
    }
  });

  it('adds the noise of both sides of a dot product', async () => {
    const [rows, length] = [4000, 256];
    const [x, w] = [independent(rows * length), laplace(rows * length, 9)];
    const quantized = async (values: Float32Array, text: string): Promise<{ values: Float32Array; noise: number }> => {
      const scheme = parseScheme(text);
      const { clip, sqnrDb } = (await analyzeTensor(tensorOf(values), [scheme])).errors[0];
      const out = new Float32Array(values.length);
      fakeQuantize(scheme.format, values, clip, scheme.rounding, out);
      return { values: out, noise: 10 ** (-sqnrDb! / 10) };
    };
    for (const [a, b] of [['int4/tensor/mse', 'int8/tensor/mse'], ['int5/tensor/mse', 'int4/tensor/mse'], ['int8/tensor/minmax', 'fp8e4m3fn']]) {
      const [qx, qw] = [await quantized(x, a), await quantized(w, b)];
      let signal = 0;
      let noise = 0;
      for (let r = 0; r < rows; r++) {
        let y = 0;
        let q = 0;
        for (let i = r * length; i < (r + 1) * length; i++) {
          y += x[i] * w[i];
          q += qx.values[i] * qw.values[i];
        }
        signal += y * y;
        noise += (q - y) ** 2;
      }
      expect(Math.abs(10 * Math.log10(noise / signal / (qx.noise + qw.noise))), `${a} by ${b}`).toBeLessThan(0.3);
    }
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
