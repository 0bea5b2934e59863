/** Clip ranges as a user moves their ends. Pure. */
import type { ClipMark } from './histogram.js';

export type End = 'lo' | 'hi';

/** How far the ends may go. A range holds zero, and is the same on both sides of it when `symmetric`. */
export interface ClipLimits extends ClipMark {
  readonly symmetric: boolean;
}

/** Below this a range could not be divided any more; float32 ends long before. */
const NOTHING = 1e-300;

/** The limits for values from `min` to `max`. Constant ones at zero leave a little room. */
export function limitsFor(min: number, max: number, symmetric: boolean): ClipLimits {
  const lo = Math.min(min, 0);
  const hi = Math.max(max, 0);
  if (hi - lo < NOTHING) return { lo: -1, hi: 1, symmetric };
  const largest = Math.max(-lo, hi);
  return symmetric ? { lo: -largest, hi: largest, symmetric } : { lo, hi, symmetric };
}

const span = ({ lo, hi }: ClipMark): number => hi - lo;
const clamp = (value: number, from: number, to: number): number => Math.min(to, Math.max(from, value));

/** Ranges are never narrower than this share of the limits. */
const NARROWEST = 1 / 500;

/** `range` with its `end` at `value`, or as near to it as the limits and the other end allow. */
export function moveEnd(range: ClipMark, end: End, value: number, limits: ClipLimits): ClipMark {
  const gap = span(limits) * NARROWEST;
  if (limits.symmetric) {
    const size = clamp(end === 'hi' ? value : -value, gap, limits.hi);
    return { lo: -size, hi: size };
  }
  return end === 'lo'
    ? { lo: clamp(value, limits.lo, Math.min(0, Math.max(limits.lo, range.hi - gap))), hi: range.hi }
    : { lo: range.lo, hi: clamp(value, Math.max(0, Math.min(limits.hi, range.lo + gap)), limits.hi) };
}

/** A range within the limits. */
export function within({ lo, hi }: ClipMark, limits: ClipLimits): ClipMark {
  const size = clamp(Math.max(-lo, hi), span(limits) * NARROWEST, limits.hi);
  return limits.symmetric ? { lo: -size, hi: size } : { lo: clamp(lo, limits.lo, 0), hi: clamp(hi, 0, limits.hi) };
}

/**
 * What a key does to an end: arrows move it by a two-hundredth of the limits, ten times as far with shift; Page Up and Page Down do too; Home and End take it to where it can go
 * furthest down and up. Null for other keys.
 */
export function keyMove(range: ClipMark, end: End, key: string, shift: boolean, limits: ClipLimits): ClipMark | null {
  const step = (span(limits) / 200) * (shift ? 10 : 1);
  const by = (distance: number) => moveEnd(range, end, range[end] + distance, limits);
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return by(-step);
    case 'ArrowRight':
    case 'ArrowUp':
      return by(step);
    case 'PageDown':
      return by(-span(limits) / 20);
    case 'PageUp':
      return by(span(limits) / 20);
    case 'Home':
      return moveEnd(range, end, -Infinity, limits);
    case 'End':
      return moveEnd(range, end, Infinity, limits);
    default:
      return null;
  }
}

/** Whether two ranges are the same for the eye. */
export const alike = (a: ClipMark | null, b: ClipMark | null): boolean =>
  a === null || b === null ? a === b : Math.max(Math.abs(a.lo - b.lo), Math.abs(a.hi - b.hi)) <= 1e-6 * Math.max(span(a), span(b));
