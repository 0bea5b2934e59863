import { count } from './messages.js';
import { InputError, type InputSet, type SampleRange } from './types.js';

/** What decides which samples a run may take. */
type Divisions = Pick<InputSet, 'samples' | 'batch' | 'seams'>;

/**
 * The ranges to read and run a set in: `preferred` samples each where the set leaves it open, else as many as it fixes. No range reaches
 * across a seam. Samples that do not fill a fixed batch at a seam or at the end are left out; `unusedNote` tells how many.
 */
export function planRuns(set: Divisions, preferred: number): readonly SampleRange[] {
  const step = set.batch ?? Math.max(1, Math.floor(preferred));
  const runs: SampleRange[] = [];
  const ends = [...set.seams, set.samples];
  let start = 0;
  for (const end of ends) {
    for (; start < end; start += step) {
      if (start + step <= end) runs.push({ start, end: start + step });
      else if (set.batch === null) runs.push({ start, end });
    }
    start = end;
  }
  return runs;
}

/** A line about samples that no run takes, if any. @throws InputError when no run takes any. */
export function unusedNote(set: Divisions & Pick<InputSet, 'source'>): string | undefined {
  if (set.batch === null || set.batch === 1) return undefined;
  const used = planRuns(set, set.batch).length * set.batch;
  if (used === 0) throw new InputError(`every run takes ${set.batch} samples, found ${count(set.samples, 'sample')} in ${set.source}`);
  return used < set.samples ? `${count(set.samples - used, 'sample')} left out: every run takes ${set.batch}` : undefined;
}

/** The first `samples` of a set, or all it has. */
export function limitSamples(set: InputSet, samples: number): InputSet {
  if (!(Number.isSafeInteger(samples) && samples >= 1)) throw new InputError(`${samples} samples cannot be taken: ask for 1 or more`);
  if (samples >= set.samples) return set;
  const limited = {
    ...set,
    samples,
    seams: set.seams.filter((seam) => seam < samples),
    sampleNames: set.sampleNames?.slice(0, samples) ?? null,
  };
  const unused = unusedNote(limited);
  return {
    ...limited,
    notes: [...set.notes, `the first ${samples} of ${count(set.samples, 'sample')}`, ...(unused ? [unused] : [])],
    read: (start, end) => {
      checkSampleRange(limited, start, end);
      return set.read(start, end);
    },
  };
}

/** @throws RangeError when samples `[start, end)` are not ones that a run may take. */
export function checkSampleRange({ samples, batch, seams }: Divisions, start: number, end: number): void {
  const inside = Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start < end && end <= samples;
  if (!inside) throw new RangeError(`samples ${start}…${end} are outside a set of ${samples}`);
  if (batch !== null && end - start !== batch) throw new RangeError(`samples ${start}…${end}: every run takes ${batch}`);
  if (seams.some((seam) => start < seam && seam < end)) throw new RangeError(`samples ${start}…${end} reach across a seam`);
}
