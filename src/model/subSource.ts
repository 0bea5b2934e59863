import { checkRange } from './memorySource.js';
import type { ByteSource } from './types.js';

/** The bytes `[offset, offset + byteLength)` of another source. */
export function subSource(source: ByteSource, offset: number, byteLength: number): ByteSource {
  checkRange(offset, offset + byteLength, source.byteLength);
  return {
    byteLength,
    async slice(start, end, into) {
      checkRange(start, end, byteLength);
      return source.slice(offset + start, offset + end, into);
    },
  };
}
