import { makeScheme, parseScheme } from '../core/formats/index.js';
import type { Assignment } from './plan.js';

/**
 * What a plan quantizes a layer's weight with: its scheme, with the range of the user's own in place of the clipping method; null: as it is stored.
 * Formats whose range cannot be chosen stay as they are. Throws SchemeError for what is no scheme.
 */
export function weightScheme({ weight, weightClip }: Pick<Assignment, 'weight' | 'weightClip'>): string | null {
  if (weight === null || !weightClip) return weight;
  const { format, granularity, rounding } = parseScheme(weight);
  return makeScheme(format, { granularity, rounding, clipping: { method: 'fixed', lo: weightClip.lo, hi: weightClip.hi } }).text;
}
