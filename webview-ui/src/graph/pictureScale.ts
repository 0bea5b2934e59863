/** Units of empty room around a picture of the graph. */
export const MARGIN = 16;
/** What browsers draw at most: pixels of one side, and of all. */
const LONGEST_SIDE = 16_000;
const MOST_PIXELS = 100e6;

/** Pixels to a unit of the graph: two where that is possible. */
export function pictureScale(width: number, height: number): number {
  const [w, h] = [width + 2 * MARGIN, height + 2 * MARGIN];
  return Math.min(2, LONGEST_SIDE / w, LONGEST_SIDE / h, Math.sqrt(MOST_PIXELS / (w * h)));
}
