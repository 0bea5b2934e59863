/** A window of consecutive rows, each shown by an element that is known by its key. */
export interface ShownRows {
  /** Position of the first. */
  readonly start: number;
  /** In the order of the rows; no two are alike. */
  readonly keys: readonly number[];
}

/**
 * The rows from `start` to before `end`: a row that was shown keeps its element, a new one takes over that of a row that is gone. To change what an element
 * says costs far less than to make another one.
 */
export function recycle(before: ShownRows, start: number, end: number): ShownRows {
  const keys = new Array<number | undefined>(Math.max(0, end - start)).fill(undefined);
  const free: number[] = [];
  before.keys.forEach((key, i) => {
    const at = before.start + i - start;
    if (at >= 0 && at < keys.length) keys[at] = key;
    else free.push(key);
  });
  // Rows that come at one end take over from the other end, the outermost first: what `repeat` of lit has one move for each of. Where none stays none moves.
  if (free.length < before.keys.length) free.reverse();
  let next = Math.max(-1, ...before.keys) + 1;
  return { start, keys: keys.map((key) => key ?? free.shift() ?? next++) };
}
