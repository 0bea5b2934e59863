import { float32Scale, magnitude } from './affine.js';
import { levelQuantizer } from './levels.js';
import type { Family, Format } from './types.js';

type Nf4Format = Extract<Format, { kind: 'nf4' }>;

export const nf4Levels = Float32Array.of(
  -1,
  -0.6961928009986877,
  -0.5250730514526367,
  -0.39491748809814453,
  -0.28444138169288635,
  -0.18477343022823334,
  -0.09105003625154495,
  0,
  0.07958029955625534,
  0.16093020141124725,
  0.24611230194568634,
  0.33791524171829224,
  0.44070982933044434,
  0.5626170039176941,
  0.7229568362236023,
  1,
);

export const nf4: Family<Nf4Format> = {
  kind: 'nf4',
  spellings: ['nf4'],
  parse: (text) => (text === 'nf4' ? { kind: 'nf4' } : null),
  spell: () => 'nf4',
  traits: () => ({
    storage: { payload: 4, run: 32, tensor: 0, pad: 1 },
    granularity: { kind: 'block', size: 64 },
    choices: { granularity: true, clipping: false, rounding: false },
    rounding: 'nearest-even',
  }),
  codec: () => ({
    needs: 'clip',
    fit: (_, clip) => {
      const scale = float32Scale(magnitude(clip.lo, clip.hi));
      return levelQuantizer(nf4Levels, scale, { scale });
    },
  }),
  doc: {
    title: 'NormalFloat 4',
    spelling: '`nf4`',
    formula: [
      'x̂ = s · (nearest of the 16 levels to x/s), s = max|x| of the run (64 elements unless said otherwise), a float32',
      `levels: ${Array.from(nf4Levels, (v) => Number(v.toFixed(7))).join(', ')}`,
    ],
    source: 'Dettmers et al. 2023, arXiv:2305.14314 (QLoRA), without its second quantization of the scales; levels as in bitsandbytes',
    example: { scheme: 'nf4/block:64', values: [-2, -0.5, 0, 0.3, 1] },
  },
};
