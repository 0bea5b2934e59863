import { isFloat } from '../../model/dataTypes.js';
import { quote } from '../../model/quote.js';
import type { ValueInfo } from '../../model/types.js';
import { allocate, elementsOf, joinAlong, type FeedType } from './arrays.js';
import { checkDims, resolveShapes, type DimValues } from './dims.js';
import { imageLayout } from './images/layout.js';
import { count } from './messages.js';
import { normal, stream, type Bits } from './random.js';
import { checkSampleRange } from './runs.js';
import { slotsOf, type Slot, type Slots } from './slots.js';
import { standInValue, storing } from './standIn.js';
import { InputError, type InputSet, type InputTensor, type NumberArray } from './types.js';

export interface SyntheticOptions {
  readonly samples: number;
  readonly seed: number;
  /** Numbers for dynamic dims, by name. */
  readonly dims?: DimValues;
}

/** Integers are drawn below this: any vocabulary, table of classes or index has as many entries. */
const SMALL = 10;

/** How an input's values come about, and how that is told. */
interface Maker {
  readonly told: string;
  readonly make: (out: NumberArray, bits: Bits) => void;
}

/**
 * Made-up samples for a model without inputs: they show how numbers flow, not how well the model does its work. Floats are standard normal,
 * pixels of integer types uniform, other integers 0…9; masks are ones, lengths full, positions ascending, recurrent state zero, sample rates
 * 16,000. Sample i is the same for a seed, whatever is read before it and in whatever batches.
 * @throws InputError when an input has no shape or a type that cannot be fed.
 */
export function syntheticInputs(inputs: readonly ValueInfo[], { samples, seed, dims = {} }: SyntheticOptions): InputSet {
  if (!(Number.isSafeInteger(samples) && samples >= 1)) throw new InputError(`${samples} samples cannot be made: ask for 1 or more`);
  const model = slotsOf(inputs);
  checkDims(model, dims);
  const shapes = resolveShapes(model, dims);
  const makers = new Map(model.slots.map((slot) => [slot, makerOf(slot, shapes.get(slot)!, model, shapes.get(model.main)!)]));
  const { batch } = model;
  // runs of a fixed batch are made whole
  const total = Math.ceil(samples / (batch ?? 1)) * (batch ?? 1);
  const set = { samples: total, seams: [], batch };

  const tensor = (slot: Slot, at: number, start: number, end: number): InputTensor => {
    const { batchAxis, dataType } = slot;
    const { make } = makers.get(slot)!;
    const shape = shapes.get(slot)!;
    const one = (sample: number, shape: readonly number[]): NumberArray => {
      const out = allocate(dataType, elementsOf(shape));
      make(out, stream(seed, sample, at));
      return out;
    };
    // what all samples of a run share is drawn once, for all runs
    if (batchAxis === null) return { dataType, shape, data: one(model.main.batchAxis === null ? start : 0, shape) };
    const rows = Array.from({ length: end - start }, (_, i) => one(start + i, shape.with(batchAxis, 1)));
    const whole = shape.with(batchAxis, end - start);
    return { dataType, shape: whole, data: joinAlong(dataType, rows, new Array<number>(rows.length).fill(1), whole, batchAxis) };
  };

  return {
    ...set,
    evidence: 'synthetic',
    source: `synthetic, seed ${seed}`,
    names: inputs.map(({ name }) => name),
    notes: [
      `inputs are synthetic (seed ${seed}): they show how numbers flow, not how well the model does its work`,
      ...model.slots.map((slot) => `input ${quote(slot.input.name)}: [${shapes.get(slot)!.join(', ')}], ${makers.get(slot)!.told}`),
      ...(total > samples ? [`${count(total, 'sample')} instead of ${samples}: every run takes ${batch}`] : []),
    ],
    sampleNames: null,
    read(start, end) {
      checkSampleRange(set, start, end);
      return Promise.resolve(Object.fromEntries(model.slots.map((slot, i) => [slot.input.name, tensor(slot, i, start, end)])));
    },
    close: () => Promise.resolve(),
  };
}

function makerOf(slot: Slot, shape: readonly number[], model: Slots, mainShape: readonly number[]): Maker {
  const { role, dataType } = slot;
  const constant = standInValue(role);
  if (constant !== undefined) return { told: constant === 0 ? 'zeros' : String(constant), make: filling(dataType, () => constant) };
  switch (role) {
    case 'mask':
      return { told: 'ones', make: filling(dataType, () => 1) };
    case 'segment':
      return { told: 'zeros', make: filling(dataType, () => 0) };
    case 'position': {
      const steps = shape.at(-1) ?? 1;
      return { told: '0, 1, 2, …', make: filling(dataType, (i) => i % Math.max(1, steps)) };
    }
    case 'length': {
      const steps = stepsOf(model.main, mainShape);
      return { told: String(steps), make: filling(dataType, () => steps) };
    }
    default:
      return dataMaker(slot);
  }
}

function dataMaker({ dataType, input }: Slot): Maker {
  if (dataType === 'bool') return { told: 'true', make: filling(dataType, () => 1) };
  if (isFloat(dataType))
    return {
      told: 'standard normal',
      make: (out, bits) => {
        const draw = normal(bits);
        filling(dataType, draw)(out);
      },
    };
  const pixels = (dataType === 'uint8' || dataType === 'int8') && imageLayout(input.shape) !== undefined;
  const [lowest, values] = pixels ? [dataType === 'int8' ? -128 : 0, 256] : [0, SMALL];
  return {
    told: `whole numbers ${lowest}…${lowest + values - 1}`,
    make: (out, bits) => filling(dataType, () => lowest + Math.floor((bits() / 2 ** 32) * values))(out),
  };
}

/** The steps of the main input: its first open dim that does not count samples, else its last. */
function stepsOf({ input, batchAxis }: Slot, shape: readonly number[]): number {
  const open = input.shape!.findIndex((dim, axis) => axis !== batchAxis && typeof dim !== 'number');
  return shape.at(open) ?? 1;
}

/** Fills an array with `value(i)`, stored as the type wants it. */
function filling(type: FeedType, value: (i: number) => number): (out: NumberArray) => void {
  const store = storing(type);
  return (out) => {
    for (let i = 0; i < out.length; i++) out[i] = store(value(i));
  };
}
