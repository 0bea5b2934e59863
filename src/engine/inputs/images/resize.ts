/** Samples of an image as float32, rows from the top, channels interleaved. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** For one target index: the first source index and the weights from there on, which sum to 1. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

/**
 * Weights of bilinear resampling with half-pixel centres. When shrinking the triangle widens with the ratio, so that every source pixel
 * counts (antialiasing), as Pillow's BILINEAR and PyTorch's `antialias=True` do. `from`, `length`: the stretch of the source that is shown.
 */
function taps(sourceSize: number, targetSize: number, from: number, length: number): readonly Taps[] {
  const ratio = length / targetSize;
  const support = Math.max(1, ratio);
  return Array.from({ length: targetSize }, (_, target) => {
    const centre = from + (target + 0.5) * ratio;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(sourceSize, Math.floor(centre + support + 0.5));
    const weights = new Float64Array(end - first);
    for (let i = 0; i < weights.length; i++) weights[i] = Math.max(0, 1 - Math.abs((first + i + 0.5 - centre) / support));
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** The rectangle of a source image that fills the target: all of it, or the largest centred one of the target's aspect ratio. */
export function sourceBox(
  image: { readonly width: number; readonly height: number },
  target: { readonly width: number; readonly height: number },
  fit: 'crop' | 'stretch',
): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  if (fit === 'stretch') return { x: 0, y: 0, width: image.width, height: image.height };
  const scale = Math.min(image.width / target.width, image.height / target.height);
  const [width, height] = [target.width * scale, target.height * scale];
  return { x: (image.width - width) / 2, y: (image.height - height) / 2, width, height };
}

/**
 * Resizes bilinearly, antialiased when shrinking, in float32: columns first, then rows. `fit`: `stretch` takes the whole image, `crop` the
 * largest centred rectangle of the target's aspect ratio (the shorter side fills, the longer one is cut).
 */
export function resize(image: Plane, width: number, height: number, fit: 'crop' | 'stretch'): Plane {
  const box = sourceBox(image, { width, height }, fit);
  const { channels, data } = image;
  const columns = taps(image.width, width, box.x, box.width);
  const rows = taps(image.height, height, box.y, box.height);
  const top = rows[0].first;
  const bottom = rows.at(-1)!.first + rows.at(-1)!.weights.length;

  const narrow = new Float32Array((bottom - top) * width * channels);
  for (let y = top, out = 0; y < bottom; y++)
    for (const { first, weights } of columns)
      for (let c = 0; c < channels; c++, out++) {
        let sum = 0;
        for (let i = 0; i < weights.length; i++) sum += weights[i] * data[(y * image.width + first + i) * channels + c];
        narrow[out] = sum;
      }

  const rowLength = width * channels;
  const result = new Float32Array(height * rowLength);
  rows.forEach(({ first, weights }, y) => {
    for (let x = 0; x < rowLength; x++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * narrow[(first - top + i) * rowLength + x];
      result[y * rowLength + x] = sum;
    }
  });
  return { width, height, channels, data: result };
}
