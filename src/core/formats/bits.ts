import { countRuns, layout } from './layout.js';
import { familyOf } from './registry.js';
import type { Format, Scheme } from './types.js';

/** Payload bits of one element, without scales. */
export function payloadBits(format: Format): number {
  return familyOf(format).traits(format).storage.payload;
}

/**
 * Bits of a tensor of `shape` under a scheme: codes packed without gaps, scales (float32 unless the format has its own), zero points as
 * wide as a code, codebooks, the padding of formats with blocks of a fixed size, and up to 7 bits to fill the last byte.
 */
function storedBits(scheme: Scheme, shape: readonly number[], channelAxis: number | null): number {
  const { payload, run, tensor, pad } = familyOf(scheme.format).traits(scheme.format).storage;
  const { runs, padded } = countRuns(layout(shape, channelAxis), scheme.granularity, pad);
  return runs === 0 ? 0 : Math.ceil((padded * payload + runs * run + tensor) / 8) * 8;
}

/** (payload + scales + zero points + codebook + padding) bits / elements; the payload's alone for a tensor without elements. */
export function effectiveBits(scheme: Scheme, shape: readonly number[], channelAxis: number | null): number {
  const elements = shape.reduce((a, b) => a * b, 1);
  return elements === 0 ? payloadBits(scheme.format) : storedBits(scheme, shape, channelAxis) / elements;
}
