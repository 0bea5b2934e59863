type Numbers = Float32Array | Float64Array;

/** The first of the largest in every row of `count`. */
export function tops(x: Numbers, count: number): Int32Array {
  const out = new Int32Array(x.length / count);
  for (let row = 0, from = 0; row < out.length; row++, from += count) {
    let best = 0;
    for (let i = 1; i < count; i++) if (x[from + i] > x[from + best]) best = i;
    out[row] = best;
  }
  return out;
}

/** Smallest probability that counts, so that one class that vanishes does not make the divergence infinite. */
const LEAST = 1e-12;
const LOG_LEAST = Math.log(LEAST);

/** Logarithms of the probabilities in rows of `count`, which are given as such or as logits. */
export function logRows(x: Numbers, count: number, probabilities: boolean): Float64Array {
  const out = new Float64Array(x.length);
  if (probabilities) {
    for (let i = 0; i < x.length; i++) out[i] = Math.log(Math.max(x[i], LEAST));
    return out;
  }
  for (let from = 0; from < x.length; from += count) {
    const end = from + count;
    let most = -Infinity;
    for (let i = from; i < end; i++) if (x[i] > most) most = x[i];
    let sum = 0;
    for (let i = from; i < end; i++) sum += Math.exp(x[i] - most);
    const total = Math.log(sum);
    for (let i = from; i < end; i++) out[i] = Math.max(x[i] - most - total, LOG_LEAST);
  }
  return out;
}

/** Σ p·ln(p/q) of the `count` classes from `from` on, in nats, given the logarithms of p and q. */
export function divergence(logP: Float64Array, logQ: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += Math.exp(logP[i]) * (logP[i] - logQ[i]);
  return Number.isFinite(sum) ? sum : -LOG_LEAST;
}
