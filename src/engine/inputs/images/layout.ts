import type { ValueInfo } from '../../../model/types.js';

/** How a model's input takes images. `null` sizes are dynamic. */
export interface ImageLayout {
  readonly order: 'NCHW' | 'NHWC' | 'NHW';
  readonly channels: 1 | 3 | 4;
  readonly height: number | null;
  readonly width: number | null;
}

const isChannels = (dim: number | string | null | undefined): dim is 1 | 3 | 4 => dim === 1 || dim === 3 || dim === 4;
const size = (dim: number | string | null): number | null => (typeof dim === 'number' ? dim : null);
/** A fixed size that an image may have: a dim of 1 to 4 is no height. */
const isSize = (dim: number | string | null): boolean => typeof dim !== 'number' || dim > 4;

/**
 * The layout of an image input, from its shape: four dims with 1, 3 or 4 channels second (NCHW) or last (NHWC), a dynamic one counting as 3
 * channels; or three dims, batch and two sizes (NHW, grey). `asked` decides where both would do. Undefined when the shape is no image's.
 */
export function imageLayout(shape: ValueInfo['shape'], asked?: 'NCHW' | 'NHWC'): ImageLayout | undefined {
  if (shape?.length === 3 && !asked && isSize(shape[1]) && isSize(shape[2]))
    return { order: 'NHW', channels: 1, height: size(shape[1]), width: size(shape[2]) };
  if (shape?.length !== 4) return undefined;
  const [, second, third, last] = shape;
  const tries = [
    { order: 'NCHW', channels: second, height: third, width: last },
    { order: 'NHWC', channels: last, height: second, width: third },
  ] as const;
  const fits = tries.filter(({ order, height, width }) => (!asked || order === asked) && isSize(height) && isSize(width));
  const found = fits.find(({ channels }) => isChannels(channels)) ?? fits.find(({ channels }) => typeof channels !== 'number');
  if (!found) return undefined;
  return {
    order: found.order,
    channels: isChannels(found.channels) ? found.channels : 3,
    height: size(found.height),
    width: size(found.width),
  };
}
