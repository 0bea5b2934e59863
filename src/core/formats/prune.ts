import { largestFloat32 } from './affine.js';
import { SchemeError } from './errors.js';
import type { Family, Format, Quantizer } from './types.js';

type PruneFormat = Extract<Format, { kind: 'prune' }>;

function quantizer(threshold: number): Quantizer {
  const keep = (v: number): number => (Math.abs(v) < threshold ? 0 : v);
  return {
    parameters: { threshold },
    range: { lo: -largestFloat32, hi: largestFloat32 },
    encode: (x) => new Int32Array(x.map(keep).buffer),
    decode: (codes) => new Float32Array(codes.slice().buffer),
    fakeQuantize: (x, out) => {
      for (let i = 0; i < x.length; i++) out[i] = keep(x[i]);
    },
  };
}

export const prune: Family<PruneFormat> = {
  kind: 'prune',
  spellings: ['prune<0.01>', 'prune<0.1>'],
  parse: (text) => {
    const match = /^prune<([^<>]+)>$/.exec(text);
    if (!match) return null;
    const threshold = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(match[1]) ? Number(match[1]) : NaN;
    if (!(threshold > 0 && threshold <= largestFloat32)) throw new SchemeError('format', text, 'needs a positive threshold', 'prune<0.01>');
    return { kind: 'prune', threshold };
  },
  spell: ({ threshold }) => `prune<${threshold}>`,
  traits: () => ({
    // Stored dense: what zeros could save is the business of the sparsity figure.
    storage: { payload: 32, run: 0, tensor: 0, pad: 1 },
    granularity: { kind: 'tensor' },
    choices: { granularity: false, clipping: false, rounding: false },
    rounding: 'nearest-even',
  }),
  codec: ({ threshold }) => ({ needs: 'nothing', fit: () => quantizer(threshold) }),
  doc: {
    title: 'Edge-cutting: small values',
    spelling: '`prune<τ>`',
    formula: ['x̂ = 0 where |x| < τ, else x (float32, stored dense)'],
    source: 'Han et al. 2015, arXiv:1506.02626 (magnitude pruning)',
    example: { scheme: 'prune<0.25>', values: [-1, -0.2, 0, 0.25, 0.5] },
  },
};
