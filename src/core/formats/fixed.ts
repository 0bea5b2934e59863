import { affineQuantizer, magnitude, type Affine } from './affine.js';
import { SchemeError } from './errors.js';
import { ceilLog2 } from './exponent.js';
import type { ClipRange, Codec, Family, Format } from './types.js';

export type FixedFormat = Extract<Format, { kind: 'fixed' }>;

/** Fractions whose step is a normal float32. */
const leastFraction = -96;
const mostFraction = 126;
const inside = (fraction: number): number => Math.min(Math.max(fraction, leastFraction), mostFraction);

/** Step 2^−fraction, two's complement codes. */
export function fixedAffine(bits: number, fraction: number): Affine {
  return { scale: 2 ** -fraction, zeroPoint: 0, qmin: -(2 ** (bits - 1)), qmax: 2 ** (bits - 1) - 1 };
}

/**
 * Ristretto's fraction length: b − IL with IL = ⌈log2 max|x| + 1⌉ for parameters, ⌈log2 max|x|⌉ for layer inputs and outputs. May be
 * negative. All-zero data: b − 1.
 */
export function dynamicFraction(bits: number, absmax: number, role: 'parameters' | 'io'): number {
  if (!(absmax > 0) || !Number.isFinite(absmax)) return bits - 1;
  return inside(bits - (ceilLog2(absmax) + (role === 'parameters' ? 1 : 0)));
}

/** The fraction with the least squared error, searched around the one that just holds the largest value. */
export function bestFraction(bits: number, run: Float32Array): number {
  let absmax = 0;
  for (const v of run) if (Math.abs(v) > absmax && Number.isFinite(v)) absmax = Math.abs(v);
  const start = dynamicFraction(bits, absmax, 'parameters') - 1;
  const scratch = new Float32Array(run.length);
  let best = start;
  let least = Infinity;
  // Every step up halves the range; with b more, all but the smallest values would saturate.
  for (let fraction = start; fraction <= inside(start + bits); fraction++) {
    affineQuantizer(fixedAffine(bits, inside(fraction))).fakeQuantize(run, scratch, 'nearest-away');
    let error = 0;
    for (let i = 0; i < run.length; i++) if (Number.isFinite(run[i])) error += (run[i] - scratch[i]) ** 2;
    if (error < least) {
      least = error;
      best = fraction;
    }
  }
  return inside(best);
}

/** The affine map of a clip range; null when the fraction is chosen by looking at the values. */
export function fixedScale({ bits, fraction }: FixedFormat, clip: ClipRange): Affine | null {
  if (fraction === 'mse') return null;
  if (typeof fraction === 'number') return fixedAffine(bits, fraction);
  return fixedAffine(bits, dynamicFraction(bits, magnitude(clip.lo, clip.hi), fraction === 'dynamic' ? 'parameters' : 'io'));
}

function codec(format: FixedFormat): Codec {
  const { bits, fraction } = format;
  if (fraction === 'mse') return { needs: 'values', fit: (run) => affineQuantizer(fixedAffine(bits, bestFraction(bits, run))) };
  return {
    needs: typeof fraction === 'number' ? 'nothing' : 'clip',
    fit: (_, clip) => affineQuantizer(fixedScale(format, clip)!),
  };
}

export const fixed: Family<FixedFormat> = {
  kind: 'fixed',
  spellings: ['fixed<16,12>', 'fixed<8,4>', 'fixed<8,dynamic>', 'fixed<8,dynamic-io>', 'fixed<8,mse>'],
  parse: (text) => {
    const match = /^fixed<(\d+),(-?\d+|dynamic|dynamic-io|mse)>$/.exec(text);
    if (!match) return null;
    const bits = Number(match[1]);
    const fraction = match[2] === 'dynamic' || match[2] === 'dynamic-io' || match[2] === 'mse' ? match[2] : Number(match[2]) + 0;
    if (bits < 2 || bits > 32)
      throw new SchemeError('format', text, 'has a width outside 2…32 bits', `fixed<${bits < 2 ? 2 : 32},${fraction}>`);
    if (typeof fraction === 'number' && fraction !== inside(fraction)) {
      throw new SchemeError(
        'format',
        text,
        `has a fraction outside ${leastFraction}…${mostFraction}`,
        `fixed<${bits},${inside(fraction)}>`,
      );
    }
    return { kind: 'fixed', bits, fraction };
  },
  spell: ({ bits, fraction }) => `fixed<${bits},${fraction}>`,
  traits: ({ bits, fraction }) => ({
    // A fraction length that depends on the data is stored as a byte.
    storage: { payload: bits, run: typeof fraction === 'number' ? 0 : 8, tensor: 0, pad: 1 },
    granularity: { kind: 'tensor' },
    choices: { granularity: typeof fraction !== 'number', clipping: fraction === 'dynamic' || fraction === 'dynamic-io', rounding: true },
    rounding: typeof fraction === 'number' ? 'nearest-even' : 'nearest-away',
  }),
  codec,
  doc: {
    title: 'Fixed point and dynamic fixed point',
    spelling: '`fixed<bits,fraction>`, `fixed<bits,dynamic>`, `fixed<bits,dynamic-io>`, `fixed<bits,mse>`',
    formula: [
      'x̂ = 2^−f · clamp(round(x·2^f), −2^(b−1), 2^(b−1) − 1)',
      '`dynamic`: f = b − ⌈log2 max|clip| + 1⌉ (parameters); `dynamic-io`: f = b − ⌈log2 max|clip|⌉ (layer inputs and outputs); f may be negative',
      '`mse`: the f with the least Σ(x − x̂)²',
      'data-dependent fractions round half away from zero, as Ristretto does',
    ],
    source: 'Gysel, Motamedi, Ghiasi 2016, arXiv:1604.03168 (Ristretto)',
    example: { scheme: 'fixed<8,dynamic>/tensor/minmax', values: [-0.9, -0.004, 0.1, 0.5, 0.7] },
  },
};
