import { eachRun, reordered, type LeastScales } from '../../core/quantizeTensor.js';
import type { Format, Quantizer, Scheme } from '../../core/formats/index.js';
import { layout, type Layout } from '../../core/formats/layout.js';
import type { CodeType, Storage } from './storage.js';

/** A tensor as codes, elements in the order in which those of a channel lie together. */
export interface CodedTensor {
  readonly codes: Int32Array;
  /** By run, in order of their first elements. */
  readonly scales: Float32Array;
  /** The same; all 0 where the storage has no zero point. */
  readonly zeroPoints: Int32Array;
  readonly split: Layout;
}

/** What of a quantizer is stored: (code − zeroPoint)·scale is the value. */
interface Coded {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly encode: Quantizer['encode'];
}

function coded(format: Format, quantizer: Quantizer): Coded {
  const { parameters, encode, decode } = quantizer;
  if (format.kind === 'cut') return { ...coded(format.base, quantizer), encode };
  const scale = Number(parameters.scale ?? 1);
  if ('zeroPoint' in parameters || format.kind === 'float') return { scale, zeroPoint: Number(parameters.zeroPoint ?? 0), encode };
  // Two levels, three, powers of two: multiples of the smallest.
  const unit = format.kind === 'pow2' ? 2 ** (Number(parameters.exponent) + 2 - 2 ** (format.bits - 1)) : scale;
  return {
    scale: unit > 0 ? unit : 1,
    zeroPoint: 0,
    encode: (x, rounding) => Int32Array.from(decode(encode(x, rounding)), (v) => (unit > 0 ? Math.round(v / unit) : 0)),
  };
}

/**
 * Quantizes a tensor to codes.
 * @param values row-major; they stay as they are
 * @param least scales that channels have at least
 */
export async function codedTensor(
  values: Float32Array,
  shape: readonly number[],
  channelAxis: number | null,
  scheme: Scheme,
  least?: LeastScales,
): Promise<CodedTensor> {
  const split = layout(shape, channelAxis);
  const x = reordered(values, split, 'channel-major');
  const codes = new Int32Array(x.length);
  const runs: { readonly start: number; readonly scale: number; readonly zeroPoint: number }[] = [];
  await eachRun(
    x,
    split,
    scheme,
    (quantizer, start, end) => {
      const { scale, zeroPoint, encode } = coded(scheme.format, quantizer);
      codes.set(encode(x.subarray(start, end), scheme.rounding), start);
      runs.push({ start, scale, zeroPoint });
    },
    least,
  );
  runs.sort((a, b) => a.start - b.start);
  return {
    codes,
    scales: Float32Array.from(runs, ({ scale }) => scale),
    zeroPoints: Int32Array.from(runs, ({ zeroPoint }) => zeroPoint),
    split,
  };
}

/** Codes as ONNX stores them: little-endian, two to a byte below 8 bits, the first in the low half. */
export function packed(codes: Int32Array, { dataType, bits }: Extract<Storage, { kind: 'codes' }>): Uint8Array {
  if (bits === 4) {
    const out = new Uint8Array(Math.ceil(codes.length / 2));
    for (let i = 0; i < codes.length; i++) out[i >> 1] |= (codes[i] & 15) << (4 * (i & 1));
    return out;
  }
  const array = new ARRAYS[dataType](codes);
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

const ARRAYS: Readonly<Record<CodeType, new (codes: Int32Array) => Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array>> = {
  int4: Int8Array,
  uint4: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float8e4m3fn: Uint8Array,
  float8e5m2: Uint8Array,
};
