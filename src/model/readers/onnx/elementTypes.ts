import type { DataType } from '../../types.js';

/** `TensorProto.DataType` by number, ONNX 1.20. The decoder's own schema ends at 16. */
const types: readonly (DataType | undefined)[] = [
  undefined,
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
  'float8e8m0',
  'uint2',
  'int2',
];

export function elementType(code: number): DataType | null {
  return types[code] ?? null;
}

/** Fields of `TensorProto` that hold values. */
export const FLOAT_DATA = 4;
export const INT32_DATA = 5;
export const STRING_DATA = 6;
export const INT64_DATA = 7;
export const RAW_DATA = 9;
export const DOUBLE_DATA = 10;
export const UINT64_DATA = 11;

/** The field a type's values are in when they are not raw, and how many bytes of the raw form one stored number stands for. */
export function typedField(type: DataType): { field: number; bytes: number } {
  switch (type) {
    case 'float32':
    case 'complex64':
      return { field: FLOAT_DATA, bytes: 4 };
    case 'float64':
    case 'complex128':
      return { field: DOUBLE_DATA, bytes: 8 };
    case 'int64':
      return { field: INT64_DATA, bytes: 8 };
    case 'uint64':
      return { field: UINT64_DATA, bytes: 8 };
    case 'uint32':
      return { field: UINT64_DATA, bytes: 4 };
    case 'int32':
      return { field: INT32_DATA, bytes: 4 };
    case 'int16':
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return { field: INT32_DATA, bytes: 2 };
    case 'string':
      return { field: STRING_DATA, bytes: 0 };
    default:
      return { field: INT32_DATA, bytes: 1 };
  }
}
