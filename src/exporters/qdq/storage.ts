import { scaleOf, type Format } from '../../core/formats/index.js';

/** How ONNX keeps a tensor under a scheme. */
export type Storage =
  /** Codes that DequantizeLinear turns back into numbers. `zeroPoint`: whether there is one other than 0. */
  | { readonly kind: 'codes'; readonly dataType: CodeType; readonly zeroPoint: boolean; readonly bits: number }
  /** Narrow floats that Cast widens. */
  | { readonly kind: 'cast'; readonly dataType: 'float16' | 'bfloat16' }
  /** The same float numbers in full: ONNX has no type for the codes. */
  | { readonly kind: 'float' };

export type CodeType = 'int4' | 'uint4' | 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'float8e4m3fn' | 'float8e5m2';

const FLOAT: Storage = { kind: 'float' };

/** Signed types and the codes they hold; the smallest comes first. */
const signed = [4, 8, 16].map((bits) => ({ dataType: `int${bits}` as CodeType, lo: -(2 ** (bits - 1)), hi: 2 ** (bits - 1) - 1, bits }));
const unsigned = [4, 8, 16].map((bits) => ({ dataType: `uint${bits}` as CodeType, lo: 0, hi: 2 ** bits - 1, bits }));

function codes(lo: number, hi: number, zeroPoint: boolean): Storage {
  const type = (lo < 0 ? signed : unsigned).find((one) => one.lo <= lo && one.hi >= hi);
  if (type) return { kind: 'codes', dataType: type.dataType, zeroPoint, bits: type.bits };
  return zeroPoint ? FLOAT : { kind: 'codes', dataType: 'int32', zeroPoint, bits: 32 };
}

/** What ONNX has for a format. Formats that are a table of values, or have scales of several levels, it has nothing for. */
export function storageOf(format: Format): Storage {
  switch (format.kind) {
    case 'integer': {
      const affine = scaleOf(format, UNIT);
      return affine ? codes(affine.qmin, affine.qmax, !(format.symmetric && format.signed)) : codes(-1, 1, false);
    }
    case 'direct':
      return codes(-(2 ** (format.bits - 1)), 2 ** (format.bits - 1) - 1, false);
    case 'fixed':
      return codes(-(2 ** (format.bits - 1)), 2 ** (format.bits - 1) - 1, false);
    case 'binary':
    case 'ternary':
      return codes(-1, 1, false);
    case 'pow2':
      return largestPower(format.bits) > 14 ? FLOAT : codes(-(2 ** largestPower(format.bits)), 2 ** largestPower(format.bits), false);
    case 'float':
      if (format.name === 'fp16') return { kind: 'cast', dataType: 'float16' };
      if (format.name === 'bf16') return { kind: 'cast', dataType: 'bfloat16' };
      if (format.name === 'fp8e4m3fn') return { kind: 'codes', dataType: 'float8e4m3fn', zeroPoint: false, bits: 8 };
      return format.name === 'fp8e5m2' ? { kind: 'codes', dataType: 'float8e5m2', zeroPoint: false, bits: 8 } : FLOAT;
    case 'cut':
      return storageOf(format.base);
    default:
      return FLOAT;
  }
}

const UNIT = { lo: -1, hi: 1 };

/** Steps between the smallest and the largest power of two. */
const largestPower = (bits: number): number => 2 ** (bits - 1) - 2;
