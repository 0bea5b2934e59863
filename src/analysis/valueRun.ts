import type { Run } from '../core/clipping/run.js';
import { tensorRun } from '../core/clipping/runs.js';
import { bitsFromFloat } from '../core/kernels/bits.js';
import type { ValueStats } from '../report/types.js';
import { factsOf } from './sensitivity/valueStats.js';

/** Values that a bar of a report's histogram is spread over. */
const EACH = 256;
/** Values that stand for all, where there are too few for a histogram. */
const FEW = 256;

/** A value of the graph as clipping methods see it. */
export interface ValueRun {
  readonly run: Run;
  /** Mean of x². */
  readonly power: number;
}

/** Values in the middle of as many equal parts of each bar as it has, zeros apart; calls `add` with how many each stands for. */
function spread({ histogram, zeros, min, max }: ValueStats, each: number, add: (x: number, n: number) => void): void {
  if (zeros > 0) add(0, zeros);
  if (!histogram) return;
  const { lo, hi, counts } = histogram;
  const width = (hi - lo) / counts.length;
  // zeros are in the bar that holds zero
  const ofZeros = Math.min(counts.length - 1, Math.max(0, Math.floor(-lo / width)));
  counts.forEach((bar, i) => {
    const count = Math.max(0, i === ofZeros ? bar - zeros : bar);
    const parts = Math.min(each, count);
    for (let k = 0; k < parts; k++) {
      const x = lo + (i + (k + 0.5) / parts) * width;
      add(Math.min(max, Math.max(min, x)), Math.floor((count * (k + 1)) / parts) - Math.floor((count * k) / parts));
    }
  });
}

/** What a report says of a value, as a histogram by upper 16 bits. */
function rebuilt(stats: ValueStats): Run {
  const counts = new Uint32Array(65536);
  spread(stats, EACH, (x, n) => (counts[bitsFromFloat(x) >>> 16] += n));
  const values = (): Float32Array => {
    const few: number[] = [];
    if (stats.count <= FEW) spread(stats, FEW, (x, n) => few.push(...Array.from({ length: n }, () => x)));
    return Float32Array.from(few);
  };
  const { count, zeros, min, max, std } = stats;
  return { ...tensorRun({ count, zeros, min, max, std }, counts, values, null), discrete: () => false };
}

/** A value as a run saw it; of one that was not run in this thread what a report says of it, where bars hide which values are the same. */
export function valueRun(stats: ValueStats): ValueRun {
  const power = stats.std ** 2 + stats.mean ** 2;
  const facts = factsOf(stats);
  if (!facts) return { run: rebuilt(stats), power };
  const { statistics, histogram, sample } = facts;
  const { count, zeros, min, max, std } = statistics;
  const run = tensorRun({ count, zeros, min, max, std }, histogram, () => sample ?? new Float32Array(0), null);
  return { run: { ...run, discrete: () => sample !== null }, power };
}
