/**
 * One-dimensional k-means. The data is sorted once; sums over any stretch of it then cost two look-ups, so that an iteration costs k
 * binary searches however many values there are.
 *
 * The start is the optimum over a few thousand cut points, found by dynamic programming; Lloyd's iteration takes it from there to a local
 * optimum of the exact data. Nothing is random.
 */
import { midpoints } from './levels.js';
import { sortedFinite } from './sort.js';

/** Places where clusters may begin in the starting partition: equal shares of the data, and equal widths for thin tails. */
const cuts = 1024;

/** Runs out only on data made for it: the error falls with every iteration but the last. */
const mostIterations = 300;

/** Up to `k` centroids, ascending, as float32. NaN and infinities do not count; no finite values give one centroid, 0. */
export function kmeans(values: Float32Array, k: number): Float32Array {
  const sorted = sortedFinite(values);
  if (sorted.length === 0) return Float32Array.of(0);
  const distinct = firstDistinct(sorted, k);
  if (distinct) return distinct;
  const sums = prefixSums(sorted);
  let bounds = startingBounds(sorted, sums, k);
  let centroids = means(sums, bounds);
  for (let i = 0; i < mostIterations; i++) {
    const next = Int32Array.of(0, ...Array.from(midpoints(centroids), (m) => upperBound(sorted, m)), sorted.length);
    if (next.every((bound, j) => bound === bounds[j])) break;
    bounds = next;
    centroids = means(sums, bounds, centroids);
  }
  return Float32Array.from(new Set(Float32Array.from(centroids))).sort();
}

/** The distinct values when there are at most `k`, else null. */
function firstDistinct(sorted: Float32Array, k: number): Float32Array | null {
  const found: number[] = [];
  for (const v of sorted) {
    if (found.length > 0 && found[found.length - 1] === v) continue;
    if (found.length === k) return null;
    found.push(v);
  }
  return Float32Array.from(found);
}

function prefixSums(sorted: Float32Array): Float64Array {
  const sums = new Float64Array(sorted.length + 1);
  for (let i = 0; i < sorted.length; i++) sums[i + 1] = sums[i] + sorted[i];
  return sums;
}

/** Number of elements that are not above `v`. */
function upperBound(sorted: Float32Array, v: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if (sorted[mid] <= v) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** Means of the stretches between bounds; an empty one keeps its centroid. */
function means(sums: Float64Array, bounds: Int32Array, previous?: Float64Array): Float64Array {
  return Float64Array.from({ length: bounds.length - 1 }, (_, i) => {
    const n = bounds[i + 1] - bounds[i];
    return n > 0 ? (sums[bounds[i + 1]] - sums[bounds[i]]) / n : previous![i];
  });
}

/** The partition into k clusters with the least squared error among those that begin at a cut. */
function startingBounds(sorted: Float32Array, sums: Float64Array, k: number): Int32Array {
  const n = sorted.length;
  const width = (sorted[n - 1] - sorted[0]) / cuts;
  const places = new Set<number>([0, n]);
  for (let i = 1; i < cuts; i++) {
    places.add(Math.floor((n * i) / cuts));
    places.add(upperBound(sorted, sorted[0] + width * i));
  }
  const at = Int32Array.from(places).sort();
  const m = at.length - 1;
  if (m <= k) return at;

  // Σ(x − mean)² over a stretch is Σx² − (Σx)²/n, and Σx² is the same for all partitions: what is left is to be made large.
  const gain = (from: number, to: number): number => (sums[at[to]] - sums[at[from]]) ** 2 / (at[to] - at[from]);
  let best = Float64Array.from({ length: m + 1 }, (_, to) => (to === 0 ? -Infinity : gain(0, to)));
  const choices: Int32Array[] = [];
  for (let clusters = 2; clusters <= k; clusters++) {
    const next = new Float64Array(m + 1).fill(-Infinity);
    const choice = new Int32Array(m + 1);
    // The best last cut does not move left when the end moves right: divide and conquer.
    const solve = (lowTo: number, highTo: number, lowFrom: number, highFrom: number): void => {
      if (lowTo > highTo) return;
      const to = (lowTo + highTo) >> 1;
      let from = -1;
      for (let f = Math.max(lowFrom, clusters - 1); f <= Math.min(highFrom, to - 1); f++) {
        const total = best[f] + gain(f, to);
        if (total > next[to]) {
          next[to] = total;
          from = f;
        }
      }
      choice[to] = from;
      solve(lowTo, to - 1, lowFrom, from);
      solve(to + 1, highTo, from, highFrom);
    };
    solve(clusters, m, clusters - 1, m - 1);
    choices.push(choice);
    best = next;
  }
  const bounds = new Int32Array(k + 1);
  bounds[k] = n;
  let to = m;
  for (let clusters = k; clusters >= 2; clusters--) {
    to = choices[clusters - 2][to];
    bounds[clusters - 1] = at[to];
  }
  return bounds;
}
