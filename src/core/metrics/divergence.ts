/**
 * Kullback-Leibler divergence KL(P ‖ Q) in nats of two histograms over the same bins, each brought to sum 1 after `floor` was added to every bin of both so that an empty bin of Q
 * is no infinity (the default is a ten-thousandth of a count). 0 when either is empty.
 */
export function histogramDivergence(p: ArrayLike<number>, q: ArrayLike<number>, floor = 1e-4): number {
  let sumP = 0;
  let sumQ = 0;
  for (let i = 0; i < p.length; i++) {
    sumP += p[i];
    sumQ += q[i];
  }
  if (sumP === 0 || sumQ === 0) return 0;
  sumP += floor * p.length;
  sumQ += floor * p.length;
  let kl = 0;
  for (let i = 0; i < p.length; i++) {
    const a = (p[i] + floor) / sumP;
    kl += a * Math.log((a * sumQ) / (q[i] + floor));
  }
  return Math.max(0, kl);
}
