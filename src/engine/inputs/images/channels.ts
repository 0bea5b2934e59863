import type { Plane } from './resize.js';
import type { Image } from './types.js';

/**
 * Samples as float32 in 0…255, with the channels the model wants: 1 grey (ITU-R 601 luma, as Pillow's L), 3 RGB, 4 RGBA. Alpha is dropped, not
 * blended, when the model does not want it (as Pillow's convert does), and opaque when the image has none.
 */
export function toChannels(image: Image, wanted: 1 | 3 | 4): Plane {
  const { width, height, channels, data } = image;
  const scale = 255 / image.white;
  const out = new Float32Array(width * height * wanted);
  // where green and blue lie behind red; grey stands for all three
  const [green, blue] = channels >= 3 ? [1, 2] : [0, 0];
  const alpha = channels === 2 || channels === 4 ? channels - 1 : -1;
  for (let i = 0, at = 0; i < width * height; i++, at += channels) {
    const [r, g, b] = [data[at] * scale, data[at + green] * scale, data[at + blue] * scale];
    if (wanted === 1) {
      out[i] = channels >= 3 ? 0.299 * r + 0.587 * g + 0.114 * b : r;
      continue;
    }
    out[i * wanted] = r;
    out[i * wanted + 1] = g;
    out[i * wanted + 2] = b;
    if (wanted === 4) out[i * 4 + 3] = alpha < 0 ? 255 : data[at + alpha] * scale;
  }
  return { width, height, channels: wanted, data: out };
}
