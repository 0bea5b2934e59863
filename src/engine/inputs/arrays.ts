import { bitsOf } from '../../model/dataTypes.js';
import type { DataType } from '../../model/types.js';
import type { NumberArray } from './types.js';

/** The data types a model can be fed with, and what holds their elements. */
const holders = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

export type FeedType = keyof typeof holders;

/** Whether a model's input of this type can be fed; strings, complex numbers and formats below eight bits cannot. */
export function isFeedType(type: DataType): type is FeedType {
  return Object.hasOwn(holders, type);
}

/** Zeros. */
export function allocate(type: FeedType, length: number): NumberArray {
  return new holders[type](length);
}

/** Little-endian bytes as elements, without copying where they lie aligned. Machines Node runs on are little-endian but s390x. */
export function fromBytes(type: FeedType, bytes: Uint8Array): NumberArray {
  const size = bitsOf[type]! / 8;
  // not `slice`, which for a Buffer is a view
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return new holders[type](aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.byteLength / size);
}

/** Reverses the bytes of every element of `size` bytes, in place. */
export function swapBytes(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
}

/** Product of the dims; 1 for a scalar. */
export const elementsOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

/** Copies elements between arrays that hold the same type. */
export function copyInto(target: NumberArray, source: NumberArray, at: number): void {
  // both hold the same type by construction; TypeScript cannot pair the members of the two unions
  (target as Uint8Array).set(source as Uint8Array, at);
}

/** Joins tensors of one type along `axis`; `pieces` hold `rows[i]` each there. `shape` is that of the whole. */
export function joinAlong(
  type: FeedType,
  pieces: readonly NumberArray[],
  rows: readonly number[],
  shape: readonly number[],
  axis: number,
): NumberArray {
  if (pieces.length === 1) return pieces[0];
  const out = allocate(type, elementsOf(shape));
  const inner = elementsOf(shape.slice(axis + 1));
  const outer = elementsOf(shape.slice(0, axis));
  const stride = shape[axis] * inner;
  let from = 0;
  pieces.forEach((piece, i) => {
    const run = rows[i] * inner;
    for (let o = 0; o < outer; o++) copyInto(out, piece.subarray(o * run, (o + 1) * run), o * stride + from);
    from += run;
  });
  return out;
}

/** Reverses the order of the axes: elements of `dims` row-major become elements of `dims` reversed, row-major. */
export function reverseAxes(type: FeedType, data: NumberArray, dims: readonly number[]): NumberArray {
  if (dims.filter((dim) => dim !== 1).length < 2) return data;
  const out = allocate(type, data.length);
  const reversed = [...dims].reverse();
  // stride in `data` of each axis of the result
  const strides = reversed.map((_, axis) => elementsOf(dims.slice(dims.length - axis)));
  const at = new Array<number>(dims.length).fill(0);
  for (let i = 0, from = 0; i < out.length; i++) {
    out[i] = data[from];
    for (let axis = reversed.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++at[axis] < reversed[axis]) break;
      from -= strides[axis] * reversed[axis];
      at[axis] = 0;
    }
  }
  return out;
}
