import { familyOf } from './registry.js';
import type { ClipRange, Format } from './types.js';

/** A format under which a run's range may be narrowed, values beyond it saturating, and how it then looks at the run. */
export interface Clippable {
  readonly format: Format;
  /** Whether the scale is fitted to the values of the block, narrowed ones here, instead of to a clip range. */
  readonly byValues: boolean;
}

/**
 * What narrowing the range does to a format; null where it means nothing: formats with a range of their own (plain casts, fixed fractions, pruning), those that
 * overflow instead of saturating, and those whose levels are fitted to all values (binary, ternary, codebooks, GGML's). MX and NVFP4 take the largest magnitude of a block for less than it is; `fixed<b,mse>` is looked at under the rule
 * of `fixed<b,dynamic>`.
 */
export function clippable(format: Format): Clippable | null {
  if (format.kind === 'mx' || format.kind === 'nvfp4') return { format, byValues: true };
  if (format.kind === 'fixed' && format.fraction === 'mse') return { format: { ...format, fraction: 'dynamic' }, byValues: false };
  if (format.kind === 'float' && format.overflow === 'ieee') return null;
  return familyOf(format).codec(format).needs === 'clip' ? { format, byValues: false } : null;
}

/** The clip range as formats take it: both ends alike for symmetric ones, and never without zero. */
export function effectiveClip(format: Format, { lo, hi }: ClipRange): [number, number] {
  if (format.kind === 'integer' ? format.symmetric : format.kind === 'float') {
    const end = Math.max(-lo, hi);
    return [-end, end];
  }
  return format.kind === 'integer' || format.kind === 'direct' || format.kind === 'fixed' ? [Math.min(0, lo), Math.max(0, hi)] : [lo, hi];
}
