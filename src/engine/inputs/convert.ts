import { isFloat } from '../../model/dataTypes.js';
import { allocate, type FeedType } from './arrays.js';
import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from './floats.js';
import { InputError, type NumberArray } from './types.js';

/** Lowest and highest value of the integer types, exact as numbers but for the 64-bit ones, which are compared as bigint. */
const limits: Readonly<Partial<Record<FeedType, readonly [bigint, bigint]>>> = {
  int8: [-0x80n, 0x7fn],
  int16: [-0x8000n, 0x7fffn],
  int32: [-0x80000000n, 0x7fffffffn],
  int64: [-0x8000000000000000n, 0x7fffffffffffffffn],
  uint8: [0n, 0xffn],
  uint16: [0n, 0xffffn],
  uint32: [0n, 0xffffffffn],
  uint64: [0n, 0xffffffffffffffffn],
  bool: [0n, 1n],
};

/** Largest finite values of the floats narrower than float64. */
const largest: Readonly<Partial<Record<FeedType, number>>> = {
  float32: 3.4028234663852886e38,
  float16: 65504,
  bfloat16: 3.3895313892515355e38,
};

/**
 * Elements in the type the model wants. Floats are rounded to nearest, ties to even; whole numbers become floats the same way. What would
 * change its meaning is refused: fractions and non-finite numbers as integers, integers outside the range, finite numbers that would become
 * infinite. NaN and infinities stay what they are among floats.
 * @throws InputError beginning with `at(i)`, which tells where element i is.
 */
export function convert(data: NumberArray, from: FeedType, to: FeedType, at: (i: number) => string): NumberArray {
  if (from === to) return from === 'bool' ? normalizeBool(data as Uint8Array) : data;
  const out = allocate(to, data.length);
  if (isFloat(to)) toFloat(data, from, to, out, at);
  else toInteger(data, from, to, out, at);
  return out;
}

/** NumPy may have stored any non-zero byte for True; ONNX Runtime expects 1. */
function normalizeBool(data: Uint8Array): Uint8Array {
  for (let i = 0; i < data.length; i++) if (data[i] > 1) data[i] = 1;
  return data;
}

/** Element `i` as a number; 64-bit integers beyond 2^53 are rounded to nearest. */
function numberAt(from: FeedType): (data: NumberArray, i: number) => number {
  if (from === 'float16') return (data, i) => decodeFloat16(data[i] as number);
  if (from === 'bfloat16') return (data, i) => decodeBfloat16(data[i] as number);
  if (from === 'int64' || from === 'uint64') return (data, i) => Number(data[i]);
  if (from === 'bool') return (data, i) => (data[i] === 0 ? 0 : 1);
  return (data, i) => data[i] as number;
}

function toFloat(data: NumberArray, from: FeedType, to: FeedType, out: NumberArray, at: (i: number) => string): void {
  const value = numberAt(from);
  const encode = to === 'float16' ? encodeFloat16 : to === 'bfloat16' ? encodeBfloat16 : (x: number): number => x;
  const most = largest[to] ?? Infinity;
  const widens = most === Infinity || from === 'float16' || from === 'int8' || from === 'uint8' || from === 'bool';
  for (let i = 0; i < data.length; i++) {
    const x = value(data, i);
    out[i] = encode(x);
    if (!widens && Math.abs(x) > most && Math.abs(x) !== Infinity && isInfinite(out[i] as number, to))
      throw new InputError(`${at(i)}: ${x} is beyond the largest ${to}`);
  }
}

function isInfinite(stored: number, type: FeedType): boolean {
  if (type === 'float16') return (stored & 0x7fff) === 0x7c00;
  if (type === 'bfloat16') return (stored & 0x7fff) === 0x7f80;
  return Math.abs(stored) === Infinity;
}

function toInteger(data: NumberArray, from: FeedType, to: FeedType, out: NumberArray, at: (i: number) => string): void {
  const [lowest, highest] = limits[to]!;
  const wide = to === 'int64' || to === 'uint64';
  const refuse = (i: number, x: number | bigint): never => {
    throw new InputError(`${at(i)}: ${to} does not hold ${x}`);
  };
  if (from === 'int64' || from === 'uint64') {
    for (let i = 0; i < data.length; i++) {
      const x = data[i] as bigint;
      if (x < lowest || x > highest) refuse(i, x);
      out[i] = wide ? x : Number(x);
    }
    return;
  }
  const value = numberAt(from);
  // 2^63 − 1 and 2^64 − 1 are no doubles: the first double beyond the range is the exact bound
  const [low, beyond] = [Number(lowest), Number(highest + 1n)];
  for (let i = 0; i < data.length; i++) {
    const x = value(data, i);
    if (!Number.isInteger(x) || x < low || x >= beyond) refuse(i, x);
    out[i] = wide ? BigInt(x) : x;
  }
}
