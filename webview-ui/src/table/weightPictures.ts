/** Small pictures of weights: fetched for the rows in sight, kept for when they come into sight again. */
import type { LayerReport } from '../../../src/report/types.js';
import type { LayerStudy } from '../study.js';
import { latest } from '../view/latest.js';
import { MINI_BINS, miniPath } from '../view/miniHistogram.js';

export interface WeightPictures {
  /** Path of the picture of the weight of layer `index`; undefined while it is not there. */
  of(index: number): string | undefined;
  /** Fetches what is not there yet of the layers in sight. */
  show(indices: readonly number[], layers: readonly LayerReport[]): void;
  /** The layers are those of another analysis, or nobody looks any more. */
  clear(): void;
}

/** @param changed called when pictures have come */
export function weightPictures(study: LayerStudy, changed: () => void): WeightPictures {
  const paths = new Map<number, string>();
  const fetch = latest(
    async (indices: readonly number[], signal) => {
      const missing = indices.filter((index) => !paths.has(index));
      return {
        missing,
        counts: missing.length > 0 ? (await study('histograms', { indices: missing, bins: MINI_BINS }, signal)).counts : null,
      };
    },
    ({ missing, counts }) => {
      if (!counts) return;
      missing.forEach((index, i) => paths.set(index, miniPath(counts.subarray(i * MINI_BINS, (i + 1) * MINI_BINS))));
      changed();
    },
    () => undefined, // they are asked for again when they come into sight again
  );
  return {
    of: (index) => paths.get(index),
    show(indices, layers) {
      const missing = indices.filter((index) => !paths.has(index) && layers[index]?.weightStats);
      if (missing.length > 0) fetch.follow(missing);
    },
    clear() {
      fetch.stop();
      paths.clear();
    },
  };
}
