import { affineQuantizer, float32Scale, magnitude, type Affine } from './affine.js';
import { SchemeError } from './errors.js';
import type { ClipRange, Family, Format } from './types.js';

export type DirectFormat = Extract<Format, { kind: 'direct' }>;

/** The step that spreads 2^b − 1 levels over ±max|clip|. */
export function directAffine({ bits }: DirectFormat, clip: ClipRange): Affine {
  const qmax = 2 ** (bits - 1) - 1;
  return { scale: float32Scale(magnitude(clip.lo, clip.hi) / qmax), zeroPoint: 0, qmin: -qmax, qmax };
}

export const direct: Family<DirectFormat> = {
  kind: 'direct',
  spellings: Array.from({ length: 15 }, (_, i) => `direct${i + 2}`),
  parse: (text) => {
    const match = /^direct(\d+)$/.exec(text);
    if (!match) return null;
    const bits = Number(match[1]);
    if (bits < 2 || bits > 16) throw new SchemeError('format', text, 'has a width outside 2…16 bits', `direct${bits < 2 ? 2 : 16}`);
    return { kind: 'direct', bits };
  },
  spell: ({ bits }) => `direct${bits}`,
  traits: ({ bits }) => ({
    storage: { payload: bits, run: 32, tensor: 0, pad: 1 },
    granularity: { kind: 'tensor' },
    choices: { granularity: true, clipping: false, rounding: true },
    rounding: 'nearest-away',
  }),
  codec: (format) => ({ needs: 'clip', fit: (_, clip) => affineQuantizer(directAffine(format, clip)) }),
  doc: {
    title: 'Direct quantization',
    spelling: '`direct2`…`direct16`',
    formula: [
      'x̂ = sign(x)·Δ·min(⌊|x|/Δ + ½⌋, (M − 1)/2) with M = 2^b − 1 levels',
      'one step over the full range, Δ = 2·max|x|/(M − 1): nothing is clipped, nothing is searched, no zero point',
    ],
    source:
      'Sung, Shin, Hwang 2015, arXiv:1511.06488 (the quantizer of float weights without retraining; here with the step of the full range)',
    example: { scheme: 'direct3/tensor', values: [-1, -0.5, 0.1, 0.2, 0.9] },
  },
};
