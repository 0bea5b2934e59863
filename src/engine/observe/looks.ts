/** Samples of a run that are looked at, `from` up to `to`. */
export interface Look {
  readonly run: number;
  readonly from: number;
  readonly to: number;
}

/** One of so many samples is looked at, but so many at least. */
const SHARE = 16;
const LEAST = 16;
const GOLDEN = 0.6180339887498949;

/** Which samples to look at: spread over the runs, neighbours within a run, at another place in each. */
export function someSamples(samples: readonly number[]): readonly Look[] {
  const total = samples.reduce((a, b) => a + b, 0);
  const share = Math.max(1 / SHARE, Math.min(1, LEAST / total));
  const looks: Look[] = [];
  let due = 1 - share;
  samples.forEach((count, run) => {
    due += share * count;
    const seen = Math.min(count, Math.floor(due + 1e-9));
    due -= seen;
    const from = Math.floor(((run * GOLDEN) % 1) * (count - seen + 1));
    if (seen > 0) looks.push({ run, from, to: from + seen });
  });
  return looks;
}

/** Which runs to look at, for values that cannot be told apart by samples. */
export const someRuns = (samples: readonly number[]): readonly Look[] =>
  someSamples(samples.map(() => 1)).map(({ run }) => ({ run, from: 0, to: samples[run] }));

export const allSamples = (samples: readonly number[]): readonly Look[] => samples.map((to, run) => ({ run, from: 0, to }));

export const looksAtAll = (looks: readonly Look[], samples: readonly number[]): boolean =>
  looks.length === samples.length && looks.every(({ run, from, to }) => to - from === samples[run]);
