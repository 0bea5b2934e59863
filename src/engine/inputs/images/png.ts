import { inflateSync } from 'node:zlib';
import { convertIndexedToRgb, decode } from 'fast-png';
import { InputError } from '../types.js';
import { MOST_PIXELS, type Image } from './types.js';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Chunks that say what the pixels are. Others (text, profiles, animation frames) may inflate to anything and are left out. */
const WANTED = ['IHDR', 'IDAT', 'IEND'];
const INDEXED = 3;

export const isPng = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte);

/**
 * Decodes a PNG of any colour type and depth; depths below 8 and palettes become 8 bits a sample. Transparent colours stay what they are;
 * gamma and colour profiles are not applied, as usual in training pipelines. What the pixels inflate to is bounded by the header before the
 * decoder sees them.
 * @throws InputError beginning with `where`.
 */
export function decodePng(bytes: Uint8Array, where: string): Image {
  try {
    const essential = check(bytes);
    const png = decode(essential, { checkCrc: true });
    if (png.palette) return { width: png.width, height: png.height, channels: 3, white: 255, data: convertIndexedToRgb(png) };
    const { width, height, channels, depth } = png;
    return { width, height, channels: channels as Image['channels'], ...samples(png.data, width * channels, height, depth) };
  } catch (error) {
    throw new InputError(`${where}: no sound PNG (${(error as Error).message})`, { cause: error });
  }
}

/** Bounds everything the decoder will allocate. Returns the file reduced to the chunks the pixels need. Throws plain errors. */
function check(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.subarray(0, 8)];
  const pixels: Uint8Array[] = [];
  let header: DataView | undefined;
  let type = '';
  for (let at = 8; type !== 'IEND';) {
    if (at + 12 > bytes.length) throw new Error('cut off');
    const length = view.getUint32(at);
    if (at + 12 + length > bytes.length) throw new Error('cut off');
    type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const data = bytes.subarray(at + 8, at + 8 + length);
    if ((type === 'IHDR') !== (at === 8)) throw new Error('its header is not where it belongs');
    if (type === 'IHDR' && length === 13) header = new DataView(data.buffer, data.byteOffset, 13);
    if (type === 'IDAT') pixels.push(data);
    // a palette beside true colours is only a suggestion
    if (WANTED.includes(type) || (type === 'PLTE' && header?.getUint8(9) === INDEXED)) kept.push(bytes.subarray(at, at + 12 + length));
    at += 12 + length;
  }
  if (!header) throw new Error('its header has not the length it must have');
  const expected = inflatedLength(header);
  // also throws when the stream goes on beyond what the header promises
  const found = inflateSync(Buffer.concat(pixels), { maxOutputLength: expected }).length;
  if (found !== expected) throw new Error(`cut off: ${found} of ${expected} bytes of pixels`);
  return Buffer.concat(kept);
}

/** Bytes the pixels inflate to: every row begins with a byte for its filter. */
function inflatedLength(header: DataView): number {
  const [width, height, depth, colour, interlaced] = [
    header.getUint32(0),
    header.getUint32(4),
    header.getUint8(8),
    header.getUint8(9),
    header.getUint8(12),
  ];
  if (width === 0 || height === 0) throw new Error('it has no pixels');
  if (width * height > MOST_PIXELS) throw new Error(`${width} × ${height} pixels are more than ${MOST_PIXELS}`);
  const bits = SAMPLES[colour] * depth;
  if (![1, 2, 4, 8, 16].includes(depth) || !bits || (depth < 8 && bits !== depth))
    throw new Error(`colour type ${colour} with ${depth} bits does not exist`);
  const pass = (w: number, h: number): number => (w > 0 ? h * (1 + Math.ceil((w * bits) / 8)) : 0);
  if (!interlaced) return pass(width, height);
  // the decoder takes such pixels for bytes
  if (depth < 8) throw new Error(`interlaced with ${depth} bits a sample: save it without interlacing`);
  // Adam7: first column and row of each pass, and its steps
  return [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ].reduce((sum, [x, y, dx, dy]) => sum + pass(Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)), 0);
}

/** One sample an element, those of depths below 8 stretched to 0…255. */
function samples(data: ArrayLike<number>, rowSamples: number, height: number, depth: number): Pick<Image, 'data' | 'white'> {
  if (depth === 16) return { white: 65535, data: Uint16Array.from(data) };
  if (depth === 8) return { white: 255, data: Uint8Array.from(data) };
  const out = new Uint8Array(rowSamples * height);
  const bytesPerRow = Math.ceil((rowSamples * depth) / 8);
  const top = 2 ** depth - 1;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < rowSamples; x++) {
      const bit = x * depth;
      const code = (data[y * bytesPerRow + (bit >> 3)] >> (8 - depth - (bit & 7))) & top;
      out[y * rowSamples + x] = (code * 255) / top;
    }
  return { white: 255, data: out };
}
