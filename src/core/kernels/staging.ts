import type { TensorSource } from '../tensor.js';
import { kernels } from './load.js';

/** Elements visited at once: 64 MB of float32. */
export const CHUNK = 1 << 24;

/** Tensors up to this many times as large stay in memory as a whole once they are read: 128 MB. */
const KEPT = 2;

/** A contiguous stretch of a tensor seen as [outer, channels, inner] around its channel axis, small enough to be staged at once. */
export interface Chunk {
  /** First element, row-major. */
  readonly start: number;
  readonly outer: number;
  /** First channel. */
  readonly channel: number;
  readonly channels: number;
  readonly inner: number;
}

export interface ChunkPlan {
  readonly chunks: readonly Chunk[];
  readonly channels: number;
  /** Whether every channel lies in one chunk. */
  readonly whole: boolean;
  /** Whether all chunks stay in memory once they are read, so that the tensor is read once. */
  readonly kept: boolean;
}

/** Elements of a channel that lie in a chunk; once staged they are one contiguous run. */
export const runLength = (chunk: Chunk): number => chunk.outer * chunk.inner;
export const chunkLength = (chunk: Chunk): number => chunk.outer * chunk.channels * chunk.inner;

/** The reads that visit a tensor once, in file order. Without a channel axis the tensor is one channel. */
export function planChunks(source: TensorSource, limit: number = CHUNK): ChunkPlan {
  const { shape, channelAxis: axis, elements } = source;
  const channels = axis === null ? 1 : shape[axis];
  if (elements === 0) return { chunks: [], channels: Math.max(1, channels), whole: true, kept: true };
  const outer = axis === null ? 1 : shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const inner = elements / outer / channels;
  const chunks: Chunk[] = [];
  if (channels * inner <= limit) {
    const most = Math.max(1, Math.floor(limit / (channels * inner)));
    // Whole blocks of block-granular schemes stay in one chunk.
    const step = most >= 256 && most < outer ? most & ~255 : most;
    for (let o = 0; o < outer; o += step)
      chunks.push({ start: o * channels * inner, outer: Math.min(step, outer - o), channel: 0, channels, inner });
  } else {
    for (let o = 0; o < outer; o++) {
      if (inner <= limit) {
        const step = Math.floor(limit / inner);
        for (let c = 0; c < channels; c += step)
          chunks.push({ start: (o * channels + c) * inner, outer: 1, channel: c, channels: Math.min(step, channels - c), inner });
      } else {
        for (let c = 0; c < channels; c++)
          for (let i = 0; i < inner; i += limit)
            chunks.push({ start: (o * channels + c) * inner + i, outer: 1, channel: c, channels: 1, inner: Math.min(limit, inner - i) });
      }
    }
  }
  return {
    chunks,
    channels,
    whole: chunks.length === 1 || (outer === 1 && inner <= limit),
    kept: elements <= KEPT * limit,
  };
}

/** Elements of the strip that a transposition goes through; its memory is asked for as `slab` bytes. */
const STRIP = 1 << 16;
export const slabBytes = (chunk: Chunk): number => (chunk.outer === 1 ? 0 : Math.max(STRIP, 16 * chunk.channels * chunk.inner) * 4);

/** Whether a chunk is in the order that the kernels want it in. */
const isInOrder = (chunk: Chunk): boolean => chunk.outer === 1 || chunk.channels === 1;

/** Reads a chunk into the kernels' memory at `to`, channel by channel. `slab` is room for `slabBytes`. */
export async function readChunk(source: TensorSource, chunk: Chunk, to: number, slab: number): Promise<void> {
  const { start } = chunk;
  const end = start + chunkLength(chunk);
  const place = isInOrder(chunk) ? new Float32Array(kernels().memory.buffer, to, end - start) : undefined;
  const values = await source.read(start, end, place);
  if (values !== place) stage(values, chunk, to, slab);
}

/** Copies a chunk's values into the kernels' memory at `to`, channel by channel. `slab` is room for `slabBytes`. */
function stage(values: Float32Array, chunk: Chunk, to: number, slab: number): void {
  const { memory, channelMajor } = kernels();
  if (isInOrder(chunk)) {
    new Float32Array(memory.buffer, to, values.length).set(values);
    return;
  }
  // Strips of 16 rows or more fill whole cache lines of the destination, and are still in cache when they are turned.
  const row = chunk.channels * chunk.inner;
  const rows = Math.max(16, Math.floor(STRIP / row) & ~15);
  const stride = runLength(chunk);
  for (let o = 0; o < chunk.outer; o += rows) {
    const count = Math.min(rows, chunk.outer - o);
    new Float32Array(memory.buffer, slab, count * row).set(values.subarray(o * row, (o + count) * row));
    channelMajor(slab, count, chunk.channels, chunk.inner, to + o * chunk.inner * 4, stride);
  }
}
