import { decode } from 'jpeg-js';
import { InputError } from '../types.js';
import { MOST_PIXELS, type Image } from './types.js';

/** What jpeg-js may allocate: 64 megapixels as coefficients and samples fit. */
const MEMORY_MB = 2048;
/** Each scan of a progressive file visits every block; cameras and encoders write about ten. */
const MOST_SCANS = 100;

export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

/**
 * Decodes a baseline or progressive JPEG to RGB, or to grey when it has one component. The orientation in EXIF is not applied, as usual in
 * training pipelines (PIL does not either).
 * @throws InputError beginning with `where`.
 */
export function decodeJpeg(bytes: Uint8Array, where: string): Image {
  try {
    const components = check(bytes);
    const { width, height, data } = decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: MOST_PIXELS / 1e6,
      maxMemoryUsageInMB: MEMORY_MB,
    });
    return components === 1
      ? { width, height, channels: 1, white: 255, data: everyThird(data) }
      : { width, height, channels: 3, white: 255, data };
  } catch (error) {
    throw new InputError(`${where}: no sound JPEG (${(error as Error).message})`, { cause: error });
  }
}

/** Bounds what the decoder will allocate and visit; returns the number of components. Throws plain errors. */
function check(bytes: Uint8Array): number {
  let components = 0;
  let scans = 0;
  for (let at = bytes.indexOf(0xff); at >= 0 && at + 3 < bytes.length; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1];
    // a stuffed zero, a restart, the beginning, or a fill byte: nothing follows
    if (marker === 0 || (marker >= 0xd0 && marker <= 0xd8) || marker === 0xff) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === 0xd9) break;
    if (marker === 0xda && ++scans > MOST_SCANS) throw new Error(`more than ${MOST_SCANS} scans`);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      if (components > 0) throw new Error('it has several frames');
      components = checkFrame(bytes, at + 2, marker);
    }
    at += 2 + bytes[at + 2] * 256 + bytes[at + 3];
  }
  if (components === 0 || scans === 0) throw new Error('cut off');
  return components;
}

function checkFrame(bytes: Uint8Array, at: number, marker: number): number {
  if (marker > 0xc2) throw new Error('its kind (lossless, hierarchical or arithmetic) is not read: save it as baseline or progressive');
  if (at + 8 > bytes.length) throw new Error('cut off');
  const [precision, height, width, components] = [
    bytes[at + 2],
    bytes[at + 3] * 256 + bytes[at + 4],
    bytes[at + 5] * 256 + bytes[at + 6],
    bytes[at + 7],
  ];
  if (precision !== 8) throw new Error(`${precision} bits a sample`);
  if (width === 0 || height === 0) throw new Error('it has no pixels');
  if (width * height > MOST_PIXELS) throw new Error(`${width} × ${height} pixels are more than ${MOST_PIXELS}`);
  // every block of 64 pixels takes a bit at least
  if (width * height > 512 * bytes.length) throw new Error(`${width} × ${height} pixels cannot be in ${bytes.length} bytes`);
  if (components !== 1 && components !== 3 && components !== 4) throw new Error(`${components} components`);
  return components;
}

/** jpeg-js gives grey as three equal samples. */
function everyThird(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length / 3);
  for (let i = 0; i < out.length; i++) out[i] = data[3 * i];
  return out;
}
