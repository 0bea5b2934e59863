import { isFloat } from '../../../model/dataTypes.js';
import { allocate, type FeedType } from '../arrays.js';
import { encodeBfloat16, encodeFloat16, roundHalfEven } from '../floats.js';
import type { ImageSettings } from '../../../report/runSettings.js';
import { InputError, type NumberArray } from '../types.js';
import { toChannels } from './channels.js';
import type { ImageLayout } from './layout.js';
import { resize, type Plane } from './resize.js';
import type { Image } from './types.js';

/** Everything decided: how an image becomes a sample. */
export interface ImagePlan {
  readonly order: ImageLayout['order'];
  readonly channels: 1 | 3 | 4;
  readonly height: number;
  readonly width: number;
  readonly fit: 'crop' | 'stretch';
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly colours: 'rgb' | 'bgr';
  readonly dataType: FeedType;
  /** The plan in words, with what was not chosen by the user. */
  readonly note: string;
}

/** Means and deviations of ImageNet's training images, which nearly all published image models are normalized with. */
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
/** Sizes left open: what most classifiers take; text lines are longer than high. */
const USUAL_SIZE = 224;
const TEXT_HEIGHT = 64;
const TEXT_WIDTH = 320;

/** Height and width where the model leaves them open: square, except that inputs up to 64 high get the 320 columns usual for lines of text. */
export function usualSize(height: number | null, width: number | null): readonly [height: number, width: number] {
  return [height ?? width ?? USUAL_SIZE, width ?? (height === null ? USUAL_SIZE : height <= TEXT_HEIGHT ? TEXT_WIDTH : height)];
}

/**
 * Decides how images become samples of an input with this layout. Defaults: the model's size; `crop`, or `stretch` when the model's aspect
 * ratio is beyond 3:2, where a crop would cut most away; float inputs get ImageNet's mean and deviation with three colours and plain 0…1
 * otherwise; integer inputs get the samples as they are, int8 shifted to −128…127.
 */
export function planImages(layout: ImageLayout, dataType: FeedType, options: ImageSettings, where: string): ImagePlan {
  const [height, width] = options.size ?? usualSize(layout.height, layout.width);
  const isFixed = (asked: number, fixed: number | null): boolean => fixed === null || asked === fixed;
  if (!isFixed(height, layout.height) || !isFixed(width, layout.width))
    throw new InputError(
      `${where}: it takes images of ${layout.height ?? '?'} × ${layout.width ?? '?'} (height × width), not ${height} × ${width}`,
    );
  for (const side of [height, width])
    if (!(Number.isInteger(side) && side >= 1 && side <= 8192))
      throw new InputError(`${where}: images of ${height} × ${width} cannot be made`);
  const { channels, order } = layout;
  const float = isFloat(dataType);
  const aspect = Math.max(height / width, width / height);
  const fit = options.fit ?? (aspect > 1.5 ? 'stretch' : 'crop');
  const scale = options.scale ?? (float ? 1 / 255 : 1);
  const usual = float && channels === 3 && options.scale === undefined;
  const perChannel = (values: readonly number[], name: string): readonly number[] => {
    if (values.length !== 1 && values.length !== channels)
      throw new InputError(`${where}: ${name} has ${values.length} values for ${channels} channels`);
    if (!values.every(Number.isFinite)) throw new InputError(`${where}: ${name} ${values.join(', ')} is not made of numbers`);
    return values.length === channels ? values : new Array<number>(channels).fill(values[0]);
  };
  const mean = perChannel(options.mean ?? (usual ? IMAGENET.mean : [dataType === 'int8' ? 128 : 0]), 'mean');
  const std = perChannel(options.std ?? (usual ? IMAGENET.std : [1]), 'std');
  if (!Number.isFinite(scale) || std.includes(0)) throw new InputError(`${where}: scale and std must be finite, and std not 0`);
  const colours = options.colours ?? 'rgb';

  const chosen = (['size', 'fit', 'scale', 'mean', 'std', 'colours', 'layout'] as const).filter((name) => options[name] !== undefined);
  const words = [
    `images: ${height} × ${width} ${channels === 1 ? 'grey' : colours === 'rgb' ? 'RGB' : 'BGR'}${channels === 4 ? 'A' : ''}, ${order}`,
    fit === 'crop' ? 'resized to fill (bilinear, antialiased) and centre-cropped' : 'stretched (bilinear, antialiased)',
    `(sample × ${text(scale)} − ${text(mean)}) / ${text(std)} with samples 0…255`,
    chosen.length === 0 ? 'all by default' : `by default but for ${chosen.join(', ')}`,
  ];
  return { order, channels, height, width, fit, scale, mean, std, colours, dataType, note: words.join('; ') };
}

function text(value: number | readonly number[]): string {
  if (typeof value === 'number') return value === 1 / 255 ? '1/255' : String(value);
  return value.every((v) => v === value[0]) ? String(value[0]) : `[${value.join(', ')}]`;
}

/** One sample, without a batch axis: channels × height × width, height × width × channels, or height × width. */
export function preprocess(image: Image, plan: ImagePlan): NumberArray {
  return arrange(resize(toChannels(image, plan.channels), plan.width, plan.height, plan.fit), plan);
}

function arrange({ data, width, height, channels }: Plane, plan: ImagePlan): NumberArray {
  const pixels = width * height;
  const out = allocate(plan.dataType, data.length);
  const store = storing(plan.dataType);
  for (let c = 0; c < channels; c++) {
    // alpha stays last in either order of the colours
    const from = plan.colours === 'bgr' && c < 3 && channels >= 3 ? 2 - c : c;
    const [step, first] = plan.order === 'NCHW' ? [1, c * pixels] : [channels, c];
    const { scale, mean, std } = plan;
    for (let i = 0; i < pixels; i++) out[first + i * step] = store((data[i * channels + from] * scale - mean[c]) / std[c]);
  }
  return out;
}

/** Rounds to the type: floats to nearest, integers to nearest (ties to even) within their range. */
function storing(type: FeedType): (x: number) => number | bigint {
  if (type === 'float16') return encodeFloat16;
  if (type === 'bfloat16') return encodeBfloat16;
  if (type === 'bool') return (x) => (x === 0 ? 0 : 1);
  if (isFloat(type)) return (x) => x;
  const wide = type === 'int64' || type === 'uint64';
  const signed = type.startsWith('int');
  const bits = wide ? 53 : Number(/\d+/.exec(type)![0]);
  const [lowest, highest] = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  return (x) => {
    const whole = Math.min(highest, Math.max(lowest, roundHalfEven(x)));
    return wide ? BigInt(whole) : whole;
  };
}
