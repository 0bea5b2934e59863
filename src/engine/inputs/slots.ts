import { isFloat } from '../../model/dataTypes.js';
import { quote } from '../../model/quote.js';
import type { ValueInfo } from '../../model/types.js';
import { isFeedType, type FeedType } from './arrays.js';
import { InputError } from './types.js';

/**
 * What an input is for, as far as its name and type tell. `state` and `rate` need not be given with data: zeros and 16,000 stand in. The
 * others matter for synthetic values only.
 */
export type Role = 'data' | 'state' | 'rate' | 'mask' | 'length' | 'position' | 'segment';

/** One input of the model and how samples lie in it. */
export interface Slot {
  readonly input: ValueInfo;
  readonly dataType: FeedType;
  readonly role: Role;
  /** The axis along which samples are stacked; null when every run has one such tensor, however many samples it takes. */
  readonly batchAxis: number | null;
}

/** The inputs of a model, in its order. */
export interface Slots {
  readonly slots: readonly Slot[];
  /** The input that counts the samples. */
  readonly main: Slot;
  /** Samples in every run, when the model fixes them; null when any number will do. */
  readonly batch: number | null;
  /** The name of the batch dim, where it has one. */
  readonly batchSymbol: string | null;
}

const STATE =
  /(^|[_./-])(h|c|h_?0|c_?0|h_?n|c_?n|h_?x|c_?x|state|hidden|cell|memory)(_?(in|prev|0|h|c))?$|^past_key|^past\b|(^|[_./-])states?([_./-]|$)/i;
const NO_STATE = /hidden_states|attention|encoder_states/i;
const RATE = /^(sr|fs|sample_?rate|sampling_?rate)$/i;
const MASK = /mask/i;
const LENGTH = /(^|[_./-])(len|lens|length|lengths)$/i;
const POSITION = /position/i;
const SEGMENT = /token_type|segment_ids/i;
const BATCH = /batch|^(n|b|bs)$/i;
/** A first dim of this name is no batch when no other is. */
const TIME = /seq|time|frame|len|steps|tokens/i;

function roleOf({ name, shape }: ValueInfo, dataType: FeedType): Role {
  const rank = shape?.length ?? null;
  const float = isFloat(dataType);
  if (!float && !/8$/.test(dataType) && (rank ?? 0) <= 1 && RATE.test(name)) return 'rate';
  if (float && (rank ?? 2) >= 2 && STATE.test(name) && !NO_STATE.test(name)) return 'state';
  if (MASK.test(name)) return 'mask';
  if (!float && (rank ?? 0) <= 1 && LENGTH.test(name)) return 'length';
  if (!float && POSITION.test(name)) return 'position';
  if (!float && SEGMENT.test(name)) return 'segment';
  return 'data';
}

type Dim = number | string | null;

/**
 * How samples lie in each input. The first input with data decides: its dim called batch (or its first) counts the samples; others follow by
 * the same name, by the same fixed number, or by their own first dim where it is open and has no name.
 * @throws InputError when the model has no inputs or one of a type that cannot be fed.
 */
export function slotsOf(inputs: readonly ValueInfo[]): Slots {
  if (inputs.length === 0) throw new InputError('the model has no inputs: there is nothing to feed');
  const typed = inputs.map((input) => {
    const dataType = input.dataType ?? 'float32';
    if (!isFeedType(dataType)) throw new InputError(`input ${quote(input.name)} is of type ${dataType}, which cannot be fed`);
    return { input, dataType, role: roleOf(input, dataType) };
  });
  const leads = (t: (typeof typed)[number]): boolean => t.role === 'data' && t.input.shape?.length !== 0;
  const at = Math.max(0, typed.findIndex(leads));
  // a model with nothing but states and the like is fed them as data
  typed[at] = { ...typed[at], role: 'data' };

  const shape = typed[at].input.shape;
  const named = shape?.findIndex((dim) => typeof dim === 'string' && BATCH.test(dim)) ?? -1;
  const mainAxis = named >= 0 ? named : 0;
  const mainDim: Dim = shape ? (shape[mainAxis] ?? null) : null;
  const counts = named >= 0 || (countsSamples(shape) && !(typeof mainDim === 'string' && TIME.test(mainDim)));
  const batch = !counts ? 1 : typeof mainDim === 'number' ? mainDim : null;
  const batchSymbol = typeof mainDim === 'string' ? mainDim : null;
  if (batch !== null && batch < 1)
    throw new InputError(`input ${quote(typed[at].input.name)} fixes the batch to ${batch}: it takes no samples`);

  const slots = typed.map((t, i): Slot => ({
    ...t,
    batchAxis: i === at ? (counts ? mainAxis : null) : axisOf(t.input.shape, t.role, counts ? mainDim : undefined),
  }));
  return { slots, main: slots[at], batch, batchSymbol };
}

/** Whether the first axis can count samples: not in a vector of fixed length, nor in an image of three or four colours without a batch. */
function countsSamples(shape: readonly Dim[] | null): boolean {
  if (!shape || shape.length === 0) return shape === null;
  const [first, ...rest] = shape;
  if (shape.length === 1) return typeof first !== 'number';
  const colours = shape.length === 3 && (first === 3 || first === 4);
  return !(colours && rest.every((dim) => typeof dim !== 'number' || dim > 4));
}

/** `mainDim`: what counts the samples in the main input; undefined when nothing does. */
function axisOf(shape: readonly Dim[] | null, role: Role, mainDim: Dim | undefined): number | null {
  if (mainDim === undefined) return null;
  if (!shape) return typeof mainDim === 'number' ? null : 0;
  if (shape.length === 0) return null;
  if (typeof mainDim === 'number') return shape[0] === mainDim && (shape.length >= 2 || mainDim > 1) ? 0 : null;
  if (mainDim !== null && shape.includes(mainDim)) return shape.indexOf(mainDim);
  if (shape[0] === null || (typeof shape[0] === 'string' && (mainDim === null || BATCH.test(shape[0])))) return 0;
  const open = shape.flatMap((dim, axis) => (typeof dim === 'number' ? [] : [axis]));
  return role === 'state' && open.length === 1 ? open[0] : null;
}
