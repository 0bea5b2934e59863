import type { DataType } from './types.js';

/** Bits of one element as stored; strings have no fixed size. */
export const bitsOf: Readonly<Record<DataType, number | null>> = {
  float32: 32,
  float64: 64,
  float16: 16,
  bfloat16: 16,
  float8e4m3fn: 8,
  float8e4m3fnuz: 8,
  float8e5m2: 8,
  float8e5m2fnuz: 8,
  float8e8m0: 8,
  float4e2m1: 4,
  int8: 8,
  int16: 16,
  int32: 32,
  int64: 64,
  uint8: 8,
  uint16: 16,
  uint32: 32,
  uint64: 64,
  int4: 4,
  uint4: 4,
  int2: 2,
  uint2: 2,
  bool: 8,
  string: null,
  complex64: 64,
  complex128: 128,
};

/** Whether tensors of the type hold real numbers that a float32 can stand for. */
export function isNumeric(type: DataType): boolean {
  return type !== 'string' && type !== 'complex64' && type !== 'complex128';
}

export function isFloat(type: DataType): boolean {
  return type.startsWith('float') || type === 'bfloat16';
}

/** Whether every value of type `from` is also one of type `to`, so that converting changes nothing. */
export function isWidening(from: DataType, to: DataType): boolean {
  if (from === to) return true;
  const [a, b] = [precisionOf[from], precisionOf[to]];
  if (!a || !b) return false;
  return a.digits <= b.digits && a.lowest >= b.lowest && a.highest <= b.highest && (!a.signed || b.signed);
}

/** Significant binary digits, and the powers of two of the lowest and the highest digit any value has. */
interface Precision {
  readonly digits: number;
  readonly lowest: number;
  readonly highest: number;
  readonly signed: boolean;
}
const precision = (digits: number, lowest: number, highest: number, signed = true): Precision => ({ digits, lowest, highest, signed });
/** −2^(b−1) reaches one digit higher than the other signed codes, but takes a single one. */
const integer = (bits: number, signed: boolean): Precision => precision(signed ? bits - 1 : bits, 0, bits - 1, signed);

const precisionOf: Readonly<Partial<Record<DataType, Precision>>> = {
  float64: precision(53, -1074, 1023),
  float32: precision(24, -149, 127),
  float16: precision(11, -24, 15),
  bfloat16: precision(8, -133, 127),
  float8e4m3fn: precision(4, -9, 8),
  float8e4m3fnuz: precision(4, -10, 7),
  float8e5m2: precision(3, -16, 15),
  float8e5m2fnuz: precision(3, -17, 15),
  float8e8m0: precision(1, -127, 127, false),
  float4e2m1: precision(2, -1, 2),
  int2: integer(2, true),
  int4: integer(4, true),
  int8: integer(8, true),
  int16: integer(16, true),
  int32: integer(32, true),
  int64: integer(64, true),
  uint2: integer(2, false),
  uint4: integer(4, false),
  uint8: integer(8, false),
  uint16: integer(16, false),
  uint32: integer(32, false),
  uint64: integer(64, false),
  bool: integer(1, false),
};
