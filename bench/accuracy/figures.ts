import type { Score } from './study.js';

export const WIDTHS = [2, 3, 4, 5, 6, 7, 8] as const;

export const share = ({ correct, samples }: Score): number => correct / samples;
export const percent = (value: number): string => (100 * value).toFixed(1);

/** Accuracy lost against the float model on the same samples, in points, and its standard error: only samples that change sides count. */
export function loss({ lost, gained, samples }: Score): { readonly points: number; readonly error: number } {
  return { points: (100 * (lost - gained)) / samples, error: (100 * Math.sqrt(lost + gained)) / samples };
}

/** How many standard errors the accuracy of one is above that of another. */
export function advantage(a: Score, b: Score): number {
  const [p, q] = [share(a), share(b)];
  const error = Math.sqrt((p * (1 - p)) / a.samples + (q * (1 - q)) / b.samples);
  return p === q ? 0 : (p - q) / Math.max(error, Number.MIN_VALUE);
}

/** Differences beyond this many standard errors are not chance. */
export const SURE = 1.96;

export const table = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, titles.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** Rank correlation of Spearman, ties given their mean rank. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const [p, q] = [ranks(a), ranks(b)];
  const mean = (a.length - 1) / 2;
  const sum = (f: (i: number) => number): number => p.reduce((total, _, i) => total + f(i), 0);
  const covariance = sum((i) => (p[i] - mean) * (q[i] - mean));
  return covariance / Math.sqrt(sum((i) => (p[i] - mean) ** 2) * sum((i) => (q[i] - mean) ** 2));
}

function ranks(values: readonly number[]): readonly number[] {
  const order = [...values.keys()].sort((i, j) => values[i] - values[j]);
  const rank = new Array<number>(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]] === values[order[from]]) to++;
    for (let i = from; i <= to; i++) rank[order[i]] = (from + to) / 2;
    from = to + 1;
  }
  return rank;
}
