import type { LayerReport } from '../report/types.js';

/** Characters of JSON that one message may have: few enough to take its receiver a few milliseconds, wherever it goes on from there. */
const LIMIT = 48_000;

/** Layers that lie next to each other, in pieces that are short messages; one layer at least. */
export function* inShortPieces(
  start: number,
  layers: readonly LayerReport[],
): Iterable<{ readonly start: number; readonly layers: readonly LayerReport[] }> {
  let from = 0;
  let size = 0;
  for (const [i, layer] of layers.entries()) {
    const length = JSON.stringify(layer).length;
    if (i > from && size + length > LIMIT) {
      yield { start: start + from, layers: layers.slice(from, i) };
      from = i;
      size = 0;
    }
    size += length;
  }
  if (from < layers.length) yield { start: start + from, layers: layers.slice(from) };
}
