import { elementwise } from './elementwise.js';
import type { Codec, Family, Format, Quantizer } from './types.js';

type BinaryFormat = Extract<Format, { kind: 'binary' }>;
type TernaryFormat = Extract<Format, { kind: 'ternary' }>;

/** Mean |x| of the finite values above `threshold` in magnitude, as float32; 0 when there are none. */
function meanMagnitude(run: Float32Array, threshold: number): number {
  let sum = 0;
  let count = 0;
  for (const v of run) {
    const a = Math.abs(v);
    if (a > threshold && a < Infinity) {
      sum += a;
      count++;
    }
  }
  return count === 0 ? 0 : Math.fround(sum / count);
}

function binaryQuantizer(alpha: number): Quantizer {
  return {
    parameters: { scale: alpha },
    range: { lo: -alpha, hi: alpha },
    ...elementwise(
      (v) => (v < 0 ? 0 : 1),
      (q) => (q === 0 ? -alpha : alpha),
    ),
  };
}

function ternaryQuantizer(alpha: number, threshold: number): Quantizer {
  const code = (v: number): number => (v > threshold ? 1 : v < -threshold ? -1 : 0);
  return {
    parameters: { scale: alpha, threshold },
    range: { lo: -alpha, hi: alpha },
    ...elementwise(code, (q) => q * alpha),
  };
}

// −1 as the bar: zeros count in the mean of all magnitudes.
const binaryCodec: Codec = { needs: 'values', fit: (run) => binaryQuantizer(meanMagnitude(run, -1)) };

const ternaryCodec: Codec = {
  needs: 'values',
  fit: (run) => {
    const threshold = Math.fround(0.7 * meanMagnitude(run, -1));
    return ternaryQuantizer(meanMagnitude(run, threshold), threshold);
  },
};

export const binary: Family<BinaryFormat> = {
  kind: 'binary',
  spellings: ['binary'],
  parse: (text) => (text === 'binary' ? { kind: 'binary' } : null),
  spell: () => 'binary',
  traits: () => ({
    storage: { payload: 1, run: 32, tensor: 0, pad: 1 },
    granularity: { kind: 'channel' },
    choices: { granularity: true, clipping: false, rounding: false },
    rounding: 'nearest-even',
  }),
  codec: () => binaryCodec,
  doc: {
    title: 'Binary',
    spelling: '`binary`',
    formula: ['x̂ = α·sign(x), α = mean|x| of the run (an output channel unless said otherwise), sign(0) = +1'],
    source: 'Rastegari et al. 2016, arXiv:1603.05279 (XNOR-Net)',
    example: { scheme: 'binary/tensor', values: [-1, -0.2, 0, 0.3, 0.5] },
  },
};

export const ternary: Family<TernaryFormat> = {
  kind: 'ternary',
  spellings: ['ternary'],
  parse: (text) => (text === 'ternary' ? { kind: 'ternary' } : null),
  spell: () => 'ternary',
  traits: () => ({
    // Three values could be packed in 1.6 bits; two are what kernels read.
    storage: { payload: 2, run: 32, tensor: 0, pad: 1 },
    granularity: { kind: 'channel' },
    choices: { granularity: true, clipping: false, rounding: false },
    rounding: 'nearest-even',
  }),
  codec: () => ternaryCodec,
  doc: {
    title: 'Ternary',
    spelling: '`ternary`',
    formula: ['x̂ = α·sign(x) where |x| > t, else 0; t = 0.7·mean|x|, α = mean of |x| over |x| > t'],
    source: 'Li, Zhang, Liu 2016, arXiv:1605.04711 (TWN)',
    example: { scheme: 'ternary/tensor', values: [-1, -0.2, 0, 0.3, 0.5] },
  },
};
