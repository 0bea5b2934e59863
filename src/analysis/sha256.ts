import { createHash } from 'node:crypto';
import type { ByteSource } from '../model/types.js';

const STEP = 4 << 20;

/** SHA-256 of a whole file in lower-case hex, read in steps so that a large file needs no memory. */
export async function sha256(source: ByteSource, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (let start = 0; start < source.byteLength; start += STEP) {
    signal.throwIfAborted();
    hash.update(await source.slice(start, Math.min(start + STEP, source.byteLength)));
  }
  return hash.digest('hex');
}
