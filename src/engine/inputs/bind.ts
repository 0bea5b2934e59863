import { quote } from '../../model/quote.js';
import { convert } from './convert.js';
import { wants } from './messages.js';
import type { ArrayFile } from './npy.js';
import type { Slot, Slots } from './slots.js';
import { InputError, type InputTensor } from './types.js';

/** An array of a file, as one of the model's inputs. */
export interface Binding {
  readonly slot: Slot;
  /** Samples it holds; null when all samples share it. */
  readonly samples: number | null;
  /** Whether a run can take only one sample of it, because the input has no axis to stack samples along. */
  readonly alone: boolean;
  /** Whether runs may take samples of this array and of another file's. */
  readonly joinable: boolean;
  /** The shape for a run of one sample. */
  readonly shape: readonly number[];
  /** Samples `[start, end)`, in the model's type; all there is, when they share it. */
  read(start: number, end: number): Promise<InputTensor>;
}

/** How the axes of an array are those of an input. */
interface Fit {
  /** The array's axis that counts samples. */
  readonly axis: number | null;
  readonly samples: number | null;
  /** Samples at each index of it. */
  readonly each: number;
  readonly alone: boolean;
  readonly shape: readonly number[];
}

/**
 * How an array can be an input: with as many axes as the input, it holds samples along the batch axis (or is shared, when there is none);
 * with one fewer, it is one sample; with one more, its first axis counts runs, each a whole batch. Undefined when the number of
 * axes fits none of these.
 */
function fitAxes(shape: readonly number[], { input, batchAxis }: Slot, batch: number | null): Fit | undefined {
  const rank = input.shape?.length ?? Math.max(1, shape.length);
  const extra = shape.length - rank;
  const fit = { axis: null, each: 1, alone: false, shape };
  if (batchAxis === null) {
    if (extra === 0) return { ...fit, samples: null };
    return extra === 1 ? { ...fit, axis: 0, samples: shape[0], alone: true, shape: shape.slice(1) } : undefined;
  }
  if (extra === 0) return { ...fit, axis: batchAxis, samples: shape[batchAxis], shape: shape.with(batchAxis, 1) };
  if (extra === -1) return { ...fit, samples: 1, shape: shape.toSpliced(batchAxis, 0, 1) };
  const each = batch ?? 1;
  if (extra !== 1 || shape[batchAxis + 1] !== each) return undefined;
  // behind another axis, batches of one cannot be stacked as they lie
  return { axis: 0, samples: shape[0] * each, each, alone: each === 1 && batchAxis > 0, shape: shape.slice(1).with(batchAxis, 1) };
}

/**
 * Takes an array as an input of the model. `dims` holds what named dims are in this file so far, and learns more.
 * @throws InputError with what was expected and found when the shape does not fit.
 */
export function bind(array: ArrayFile, slot: Slot, model: Slots, dims: Map<string, number>, where: string): Binding {
  const { input, batchAxis, dataType } = slot;
  const fit = fitAxes(array.shape, slot, model.batch);
  const found = `found ${array.dataType} [${array.shape.join(', ')}] in ${where}`;
  if (!fit) throw new InputError(`${wants(input)}, ${found}`);
  input.shape?.forEach((dim, axis) => {
    if (axis === batchAxis) return;
    const expected = typeof dim === 'string' && dim !== model.batchSymbol ? dims.get(dim) : dim;
    if (typeof expected === 'number' && expected !== fit.shape[axis]) {
      const because = typeof dim === 'string' ? ` (${dim} is ${expected} in another input)` : '';
      throw new InputError(`${wants(input)}${because}, ${found}`);
    }
    if (typeof dim === 'string' && dim !== model.batchSymbol) dims.set(dim, fit.shape[axis]);
  });
  if (fit.samples === 0) throw new InputError(`${wants(input)}, ${found}: it holds no samples`);

  return {
    slot,
    samples: fit.samples,
    alone: fit.alone,
    // batches stay as they lie
    joinable: fit.samples !== null && fit.each === 1,
    shape: fit.shape,
    async read(start, end) {
      const { axis, each, samples } = fit;
      const data = axis === null ? await array.readAll() : await array.readAlong(axis, start / each, end / each);
      const shape = batchAxis === null || samples === null ? fit.shape : fit.shape.with(batchAxis, end - start);
      const perSample = data.length / (end - start);
      const at = (i: number): string => {
        const sample = axis === 0 && samples !== null ? `, index ${start + Math.floor(i / perSample)}` : '';
        return `${where}${sample}, as input ${quote(input.name)}`;
      };
      return { dataType, shape, data: convert(data, array.dataType, dataType, at) };
    },
  };
}
