/** What formats of fixed-size blocks share: walking the blocks of a run, and values fit to be measured. */

/** Calls `visit(block, start, end)` for every block of `size` elements; the last may be shorter. */
export function eachBlock(length: number, size: number, visit: (block: number, start: number, end: number) => void): void {
  for (let start = 0, block = 0; start < length; start += size, block++) visit(block, start, Math.min(start + size, length));
}

export const blockCount = (length: number, size: number): number => Math.ceil(length / size);

/** Largest |x| of the finite values in [start, end). */
export function absmaxOf(x: Float32Array, start: number, end: number): number {
  let absmax = 0;
  for (let i = start; i < end; i++) {
    const a = Math.abs(x[i]);
    if (a > absmax && a < Infinity) absmax = a;
  }
  return absmax;
}
