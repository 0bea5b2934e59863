import { gapsOf, without } from '../kernels/gaps.js';
import { runLength, type Chunk } from '../kernels/staging.js';
import { countLog, valuesAt, type Workspace } from '../kernels/workspace.js';
import { evenly } from '../statistics/evenly.js';
import { knownOfChannel, type Survey } from '../statistics/survey.js';
import { bucketsFor } from './distribution.js';
import { RUN_OCTAVES, RUN_SHIFT, type Remembered } from './runs.js';

/** What is kept of channels that lie in several chunks; by channel. */
export type SplitChannels = Map<number, Remembered>;

/** Values kept of a channel, at least, over all `chunks`. */
const KEPT = 512;

/** Keeps some of the values of a staged chunk's channels; before non-finite ones are blanked. */
export function keepValues(split: SplitChannels, chunk: Chunk, chunks: number, space: Workspace): void {
  const length = runLength(chunk);
  for (let c = 0; c < chunk.channels; c++) {
    const values = valuesAt(space, space.chunk + c * length * 4, length);
    const kept = evenly(without(values, gapsOf(values)), Math.max(4, Math.floor(KEPT / chunks)));
    const before = split.get(chunk.channel + c);
    if (before) before.sample = Float32Array.from([...before.sample, ...kept]);
    else split.set(chunk.channel + c, { elements: 0, base: 0, table: new Uint32Array(0), sample: kept.slice() });
  }
}

/**
 * Counts the values of a staged chunk that `survey` has just taken in. A table covers the octaves below the largest magnitude so far: it widens as larger values come, its
 * lowest buckets falling together, and ends up the same whatever the order of the chunks.
 */
export function countValues(split: SplitChannels, survey: Survey, chunk: Chunk, space: Workspace): void {
  const length = runLength(chunk);
  for (let c = 0; c < chunk.channels; c++) {
    const channel = chunk.channel + c;
    const { min, max } = knownOfChannel(survey, channel);
    const { base, buckets } = bucketsFor(Math.max(-min, max, 0), RUN_OCTAVES, RUN_SHIFT);
    const table = countLog(space, space.chunk + c * length * 4, length, base, buckets).slice(0, 2 * buckets);
    const to = split.get(channel)!;
    const before = to.table.length / 2;
    for (let i = 0; i < before; i++) {
      const at = Math.max(0, to.base + i - base);
      table[at] += to.table[i];
      table[buckets + at] += to.table[before + i];
    }
    to.base = base;
    to.table = table;
    to.elements += length;
  }
}
