import { floatScale, isScaledFloat, scaleOf, type Scheme } from '../formats/index.js';
import type { TensorError } from '../tensor.js';

/** Scales and zero points behind the clip range(s) of an error; nothing for formats without them and for blocks, of which there are too many. */
export function scalesOf(
  { format, granularity }: Scheme,
  { clip, clips }: TensorError,
): { readonly scales?: readonly number[]; readonly zeroPoints?: readonly number[] } {
  if (granularity.kind === 'block') return {};
  const ranges = clips?.map(([lo, hi]) => ({ lo, hi })) ?? [clip];
  if (format.kind === 'float' && isScaledFloat(format)) return { scales: ranges.map(({ lo, hi }) => floatScale(format, lo, hi)) };
  const affine = ranges.flatMap((range) => scaleOf(format, range) ?? []);
  if (affine.length === 0) return {};
  return { scales: affine.map(({ scale }) => scale), zeroPoints: affine.map(({ zeroPoint }) => zeroPoint) };
}
