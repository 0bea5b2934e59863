import type { ByteSource } from './types.js';

/** A source over bytes that are already in memory. Its slices are views. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    byteLength: bytes.byteLength,
    slice(start, end) {
      checkRange(start, end, bytes.byteLength);
      return Promise.resolve(bytes.subarray(start, end));
    },
  };
}

/** @throws RangeError when `[start, end)` is no range inside `byteLength`. */
export function checkRange(start: number, end: number, byteLength: number): void {
  if (!(Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end && end <= byteLength))
    throw new RangeError(`bytes ${start}…${end} are outside a source of ${byteLength} bytes`);
}
