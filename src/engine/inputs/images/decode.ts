import { InputError } from '../types.js';
import { decodeJpeg, isJpeg } from './jpeg.js';
import { decodePng, isPng } from './png.js';
import type { Image } from './types.js';

/** Decodes an image by what it begins with, whatever its name says. @throws InputError beginning with `where`. */
export function decodeImage(bytes: Uint8Array, where: string): Image {
  if (isPng(bytes)) return decodePng(bytes, where);
  if (isJpeg(bytes)) return decodeJpeg(bytes, where);
  throw new InputError(`${where}: neither a PNG nor a JPEG, whatever its name says`);
}
