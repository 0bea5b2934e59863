import { quote } from '../../model/quote.js';
import { allocate, elementsOf, type FeedType } from './arrays.js';
import { encodeBfloat16, encodeFloat16 } from './floats.js';
import type { Role, Slot } from './slots.js';
import type { InputTensor } from './types.js';

/** The sample rate speech models are trained with, in Hz. */
const SAMPLE_RATE = 16_000;

/** The value of inputs that need not be given: zero for recurrent state, 16 kHz for sample rates. Undefined for the others. */
export function standInValue(role: Role): number | undefined {
  if (role === 'state') return 0;
  return role === 'rate' ? SAMPLE_RATE : undefined;
}

/** Tells that an input was not given. */
export function standInNote({ input, role }: Slot): string {
  return `input ${quote(input.name)} is not given: ${role === 'rate' ? `${SAMPLE_RATE} Hz` : 'zeros'}`;
}

/** The tensor that stands in for an input that was not given; `shape` is the one for a single sample. */
export function standIn({ dataType, role, batchAxis }: Slot, shape: readonly number[], samples: number): InputTensor {
  const whole = batchAxis === null ? shape : shape.with(batchAxis, samples);
  const data = allocate(dataType, elementsOf(whole));
  const value = standInValue(role) ?? 0;
  if (value !== 0) for (let i = 0; i < data.length; i++) data[i] = storing(dataType)(value);
  return { dataType, shape: whole, data };
}

/** What to put into an array of the type for a number that the type holds or rounds. */
export function storing(type: FeedType): (x: number) => number | bigint {
  if (type === 'float16') return encodeFloat16;
  if (type === 'bfloat16') return encodeBfloat16;
  return type === 'int64' || type === 'uint64' ? BigInt : (x) => x;
}
