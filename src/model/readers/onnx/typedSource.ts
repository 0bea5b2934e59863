import { checkRange } from '../../memorySource.js';
import { ModelError, type ByteSource } from '../../types.js';
import type { Payload } from './records.js';
import { Wire } from './schema.js';

/** How much is read at once. */
const CHUNK = 1 << 18;
/** Numbers between two places that are remembered, so that reading on does not start from the beginning. */
const STRIDE = 1 << 14;

/** Where the number with a known index starts. */
interface Place {
  readonly index: number;
  readonly piece: number;
  /** Bytes into the piece. */
  readonly at: number;
}

/**
 * The raw little-endian form of values that are stored as a list of numbers (`int32_data`, `float_data`, … or an attribute's list), in whatever
 * pieces the file has them. Read lazily: numbers of varying length are scanned in order, and where they were is remembered.
 * @param payload where the numbers are
 * @param width bytes of the raw form each number stands for; the lowest ones of the number
 * @param count how many numbers there should be; reading throws a ModelError when there are fewer
 * @param what names the list in that error
 */
export function typedSource(source: ByteSource, payload: Payload, width: number, count: number, what: string): ByteSource {
  const places: Place[] = [{ index: 0, piece: 0, at: 0 }];
  const byteLength = count * width;

  const slice = async (start: number, end: number): Promise<Uint8Array> => {
    checkRange(start, end, byteLength);
    const first = Math.floor(start / width);
    const last = Math.ceil(end / width);
    const out = new Uint8Array((last - first) * width);
    if (first === last) return out;
    let place = places[Math.min(Math.floor(first / STRIDE), places.length - 1)];
    while (place.index < last) place = await scan(place, first, last, out);
    return out.subarray(start - first * width, end - first * width);
  };

  /** Decodes one chunk from `place` on; numbers `[first, last)` go to `out`. Returns where it stopped. */
  const scan = async (place: Place, first: number, last: number, out: Uint8Array): Promise<Place> => {
    const piece = payload.pieces[place.piece];
    if (!piece)
      throw new ModelError(`${what} holds ${place.index} numbers where its dims need ${count}: the file is damaged, export it again`);
    let { index } = place;
    const until = Math.min(piece.length, place.at + CHUNK);
    const bytes = await source.slice(piece.offset + place.at, piece.offset + until);
    const skip = piece.tagged ? 1 : 0;
    const fixed = payload.wire === Wire.Fixed32 ? 4 : payload.wire === Wire.Fixed64 ? 8 : 0;
    let at = 0;
    while (at < bytes.length && index < last) {
      let next = at + skip;
      let low = 0;
      let high = 0;
      if (fixed) {
        next += fixed;
        if (next > bytes.length) break;
      } else {
        let byte = 128;
        for (let shift = 0; byte > 127 && next < bytes.length; shift += 7) {
          byte = bytes[next++];
          if (shift < 28) low |= (byte & 127) << shift;
          else if (shift === 28) {
            low |= (byte & 127) << 28;
            high |= (byte & 127) >> 4;
          } else if (shift < 64) high |= (byte & 127) << (shift - 32);
          else break;
        }
        if (byte > 127) break;
      }
      if (index % STRIDE === 0 && index / STRIDE === places.length) places.push({ index, piece: place.piece, at: place.at + at });
      if (index >= first) {
        const to = (index - first) * width;
        if (fixed) for (let i = 0; i < width; i++) out[to + i] = bytes[next - fixed + i];
        else for (let i = 0; i < width; i++) out[to + i] = i < 4 ? low >>> (8 * i) : high >>> (8 * (i - 4));
      }
      index++;
      at = next;
    }
    if (place.at + at === piece.length) return { index, piece: place.piece + 1, at: 0 };
    // a number that is cut by the chunk is read again with the next one; one that is cut by the piece never ends
    if (at === 0)
      throw new ModelError(`${what} ends inside a number at byte ${piece.offset + piece.length}: the file is damaged, export it again`);
    return { index, piece: place.piece, at: place.at + at };
  };

  return { byteLength, slice };
}

/** How many numbers a payload may hold: exactly known when their size is fixed, otherwise between the two. */
export function countBounds(payload: Payload): { least: number; most: number } {
  const fixed = payload.wire === Wire.Fixed32 ? 4 : payload.wire === Wire.Fixed64 ? 8 : 0;
  let least = 0;
  let most = 0;
  for (const { length, tagged } of payload.pieces) {
    const tag = tagged ? 1 : 0;
    least += fixed ? length / (fixed + tag) : Math.ceil(length / (10 + tag));
    most += fixed ? length / (fixed + tag) : Math.floor(length / (1 + tag));
  }
  return { least, most };
}
