import type { TensorSource } from '../tensor.js';
import { gapsOf } from './gaps.js';
import { kernels } from './load.js';
import { chunkLength, readChunk, type Chunk, type ChunkPlan } from './staging.js';
import { valuesAt, type Workspace } from './workspace.js';

/** Looks at a staged chunk: `space` has its address, `gaps` the offsets of its values that are not finite. */
export type LookAtChunk = (chunk: Chunk, space: Workspace, gaps: Uint32Array) => void | Promise<void>;

/** Visits to all chunks of a tensor. */
export interface Visits {
  /** Shows every chunk, read when it is not in memory. */
  readonly visit: (look: LookAtChunk) => Promise<void>;
  /** Lets the next visit know where values are not finite, and show zeros there. Until then they are shown as they are, and no gaps are told. */
  readonly blank: () => void;
}

const NONE = new Uint32Array(0);

/** The visits that may be paid to a tensor while its workspace is laid out. */
export function visitsTo(source: TensorSource, plan: ChunkPlan, space: Workspace): Visits {
  const { chunks, kept } = plan;
  const staged = new Map<Chunk, Uint32Array>();
  let blanking = false;

  const bring = async (i: number): Promise<void> => {
    const chunk = chunks[i];
    if (staged.has(chunk)) return;
    if (!kept) staged.clear();
    await readChunk(source, chunk, space.chunks[i], space.slab);
    const n = chunkLength(chunk);
    const gaps = blanking ? gapsOf(valuesAt(space, space.chunks[i], n)) : NONE;
    if (gaps.length > 0) kernels().blankNonFinite(space.chunks[i], n);
    staged.set(chunk, gaps);
  };

  return {
    blank: () => {
      blanking = true;
      staged.clear();
    },
    visit: async (look) => {
      let coming = Promise.resolve();
      for (const [i, chunk] of chunks.entries()) {
        if (i === 0 || !kept) coming = bring(i);
        await coming;
        // Where it has a place of its own, the next chunk is read while this one is looked at. A failure is heard when its turn comes.
        if (kept && i + 1 < chunks.length) coming = bring(i + 1);
        const settled = coming.catch(() => undefined);
        try {
          await look(chunk, { ...space, chunk: space.chunks[i] }, staged.get(chunk) ?? NONE);
        } finally {
          // The memory is not let go while something is read into it.
          await settled;
        }
      }
    },
  };
}
