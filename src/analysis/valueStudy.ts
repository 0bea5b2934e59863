import type { Distribution } from '../core/clipping/distribution.js';
import { tensorRun } from '../core/clipping/runs.js';
import { parseScheme, type ClipRange } from '../core/formats/index.js';
import type { ClipError } from '../report/clipStudy.js';
import type { ValueStats } from '../report/types.js';
import { expectedError, withClip } from './expectedError.js';
import { factsOf } from './sensitivity/valueStats.js';

/** Values that stand for all, where a method looks at single ones. */
const STAND_INS = 512;

/** Values in the middle of the buckets that hold evenly spaced ranks; buckets at the ends reach beyond the values. */
function standIns({ edges, counts, size }: Distribution, count: number, min: number, max: number): Float32Array {
  const n = Math.min(STAND_INS, count);
  const out = new Float32Array(n);
  let bucket = 0;
  let below = 0;
  for (let i = 0; i < n; i++) {
    const rank = ((i + 0.5) * count) / n;
    while (bucket < size - 1 && below + counts[bucket] < rank) below += counts[bucket++];
    out[i] = Math.min(max, Math.max(min, (edges[bucket] + edges[bucket + 1]) / 2));
  }
  return out;
}

/**
 * The error that a value of the graph is expected to have under a scheme at a clip range, from what a run saw of it; null where `stats` are not from a run of this thread.
 * Throws as `expectedError` and `parseScheme` do.
 */
export function valueError(stats: ValueStats, text: string, clip: ClipRange): ClipError | null {
  const facts = factsOf(stats);
  if (!facts) return null;
  const { count, zeros, min, max, std, mean } = facts.statistics;
  const values = (): Float32Array => standIns(run.signed(), count, min, max);
  const run = tensorRun({ count, zeros, min, max, std }, facts.histogram, values, null);
  return expectedError(withClip(parseScheme(text), clip), clip, run, std ** 2 + mean ** 2);
}
