/**
 * Number formats and schemes.
 *
 * - `parseScheme('int4/channel/mse')` reads a scheme, `expandSchemes` a product of them.
 * - `codec(format).fit(run, clip)` fits a format to one run (the elements that share a scale) and gives `encode`, `decode` and
 *   `fakeQuantize`; `codec(format).needs` says whether the fit looks at the clip range, at the values or at neither.
 * - `scaleOf(format, clip)` gives scale and zero point of formats that are affine, for kernels of their own.
 * - `effectiveBits(scheme, shape, channelAxis)` counts what is stored.
 * - layout.ts says which elements form a run, docs/formats.md what the formats are.
 */
import type { Affine } from './affine.js';
import { directAffine } from './direct.js';
import { fixedScale } from './fixed.js';
import { integerAffine, isTwoLevel } from './integer.js';
import { familyOf } from './registry.js';
import type { ClipRange, Codec, Format, Random, Rounding } from './types.js';

export { affineQuantizer, type Affine } from './affine.js';
export { effectiveBits, payloadBits } from './bits.js';
export { clippable, effectiveClip, type Clippable } from './clippable.js';
export { SchemeError } from './errors.js';
export { floatQuantizer, floatRounder, floatScale, floatValue, isScaledFloat, type FloatFormat } from './float.js';
export { matching, onnxRuntimeAffine, onnxRuntimeFloat8Scale, onnxRuntimeTraps } from './onnxruntime.js';
export { roundHalfEven, seeded } from './rounding.js';
export { expandSchemes, makeScheme, parseFormat, parseScheme, splitList } from './scheme.js';
export type * from './types.js';

/** The behaviour of a format. */
export function codec(format: Format): Codec {
  return familyOf(format).codec(format);
}

/** Quantizes one run and gives its values back, into `out` (which may be `x`). */
export function fakeQuantize(
  format: Format,
  x: Float32Array,
  clip: ClipRange,
  rounding: Rounding,
  out: Float32Array,
  random?: Random,
): void {
  codec(format).fit(x, clip).fakeQuantize(x, out, rounding, random);
}

/** Scale, zero point and code range of a format whose values are (q − zeroPoint)·scale for a clip range; null for all others. */
export function scaleOf(format: Format, clip: ClipRange): Affine | null {
  switch (format.kind) {
    case 'integer':
      return isTwoLevel(format) ? null : integerAffine(format, clip);
    case 'direct':
      return directAffine(format, clip);
    case 'fixed':
      return fixedScale(format, clip);
    default:
      return null;
  }
}
