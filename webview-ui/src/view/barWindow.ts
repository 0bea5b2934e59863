/** Which of many bars are shown at once. */

export interface BarWindow {
  /** Places, the last one not shown any more. */
  readonly from: number;
  readonly to: number;
}

/** Fewest bars that are shown, where there are as many. */
const FEWEST = 12;
/** Bars shown at first: with more, single ones are hard to hit. */
export const AT_FIRST = 120;

/** `size` bars of `count` that begin at `from`, or as near to that as can be. */
export function windowAt(from: number, size: number, count: number): BarWindow {
  const shown = Math.max(1, Math.min(count, Math.round(size)));
  const start = Math.max(0, Math.min(count - shown, Math.round(from)));
  return { from: start, to: start + shown };
}

/** Twice as many (`out`) or half as many bars, around `place`. */
export function zoomed({ from, to }: BarWindow, way: 'in' | 'out', place: number, count: number): BarWindow {
  const size = to - from;
  const next = Math.min(count, Math.max(Math.min(FEWEST, count), way === 'in' ? Math.ceil(size / 2) : size * 2));
  const share = size > 0 ? (place - from) / size : 0.5;
  return windowAt(place - share * next, next, count);
}

/** The window moved just so far that `place` is in it. */
export function withPlace({ from, to }: BarWindow, place: number, count: number): BarWindow {
  if (place >= from && place < to) return { from, to };
  return windowAt(place < from ? place : place - (to - from) + 1, to - from, count);
}
