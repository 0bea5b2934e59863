import type { ImageSettings } from '../../../report/runSettings.js';
import path from 'node:path';
import { quote } from '../../../model/quote.js';
import { resolveShapes, type DimValues } from '../dims.js';
import { listNames, wants } from '../messages.js';
import type { ClosedPart } from '../parts.js';
import type { Slot, Slots } from '../slots.js';
import { readWhole } from '../source.js';
import { standIn, standInNote, standInValue } from '../standIn.js';
import { InputError, type InputTensor } from '../types.js';
import { decodeImage } from './decode.js';
import { imageLayout } from './layout.js';
import { planImages, preprocess } from './preprocess.js';
import { LARGEST_FILE } from './types.js';

export const isImage = (name: string): boolean => /\.(png|jpe?g)$/i.test(name);

/**
 * Image files as samples of the one input that has to be given. Returns a maker of parts and what was decided in words.
 * @throws InputError when the model takes no images, or more than images.
 */
export function imageParts(
  model: Slots,
  options: ImageSettings,
  dims: DimValues,
): { readonly part: (file: string) => ClosedPart; readonly notes: readonly string[] } {
  const needed = model.slots.filter(({ role }) => standInValue(role) === undefined);
  if (needed.length > 1)
    throw new InputError(`the model takes ${listNames(needed.map(({ input }) => input.name))}: images alone are not enough, give a .npz`);
  const slot = needed[0];
  const layout = imageLayout(slot.input.shape, options.layout);
  if (!layout)
    throw new InputError(
      `${wants(slot.input)}, which is no shape for images${options.layout ? ` in ${options.layout}` : ''}: give .npy or .npz`,
    );
  const plan = planImages(layout, slot.dataType, options, wants(slot.input));
  const missing = model.slots.filter((other) => other !== slot);
  const shapes = missing.length > 0 ? resolveShapes(model, { ...dims, ...namedSizes(slot, plan) }) : undefined;
  const sample = shapeOf(plan);

  const read = async (file: string): Promise<Record<string, InputTensor>> => {
    const where = quote(path.basename(file));
    const image = decodeImage(await readWhole(file, LARGEST_FILE, 'images'), where);
    const tensors: Record<string, InputTensor> = {};
    for (const other of model.slots)
      tensors[other.input.name] =
        other === slot
          ? { dataType: slot.dataType, shape: [1, ...sample], data: preprocess(image, plan) }
          : standIn(other, shapes!.get(other)!, 1);
    return tensors;
  };
  return {
    notes: [plan.note, ...missing.map(standInNote)],
    part: (file) => {
      const known = { samples: 1, batch: null, joinable: true, signature: sample.join('×'), notes: [] } as const;
      return { ...known, open: () => Promise.resolve({ ...known, read: () => read(file), close: () => Promise.resolve() }) };
    },
  };
}

type Sizes = { readonly order: 'NCHW' | 'NHWC' | 'NHW'; readonly channels: number; readonly height: number; readonly width: number };

function shapeOf({ order, channels, height, width }: Sizes): readonly number[] {
  if (order === 'NHW') return [height, width];
  return order === 'NCHW' ? [channels, height, width] : [height, width, channels];
}

/** The sizes by the names the model gives them. */
function namedSizes(slot: Slot, sizes: Sizes): DimValues {
  const numbers = [1, ...shapeOf(sizes)];
  return Object.fromEntries(slot.input.shape!.flatMap((dim, axis) => (typeof dim === 'string' && axis > 0 ? [[dim, numbers[axis]]] : [])));
}
