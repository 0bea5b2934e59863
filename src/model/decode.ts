import { e2m1Values, e4m3fnValues, e4m3fnuzValues, e5m2Values, e5m2fnuzValues, e8m0Values, float16Values } from './smallFloats.js';
import type { DataType } from './types.js';

/** `count` elements of little-endian `bytes` as float32, the first `first` ones of types narrower than a byte left out. */
type Decoder = (bytes: Uint8Array, count: number, first: number) => Float32Array;

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The bytes at a fresh, aligned place, so that typed arrays can be laid over them. */
const aligned = (bytes: Uint8Array, size: number): ArrayBuffer => {
  const copy = new Uint8Array(size);
  copy.set(bytes.subarray(0, size));
  return copy.buffer;
};

const byCode =
  (values: () => Float32Array): Decoder =>
  (bytes, count) => {
    const table = values();
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) out[i] = table[bytes[i]];
    return out;
  };

/** Codes narrower than a byte, the first in the lowest bits. */
const packed =
  (bits: number, value: (code: number) => number): Decoder =>
  (bytes, count, first) => {
    const perByte = 8 / bits;
    const mask = (1 << bits) - 1;
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const at = first + i;
      out[i] = value((bytes[Math.floor(at / perByte)] >> ((at % perByte) * bits)) & mask);
    }
    return out;
  };

const twosComplement =
  (bits: number) =>
  (code: number): number =>
    code >= 1 << (bits - 1) ? code - (1 << bits) : code;

const same = (code: number): number => code;

const decoders: Readonly<Record<Exclude<DataType, 'string' | 'complex64' | 'complex128'>, Decoder>> = {
  float32: (bytes, count) => new Float32Array(aligned(bytes, count * 4)),
  float64: (bytes, count) => Float32Array.from(new Float64Array(aligned(bytes, count * 8))),
  float16: (bytes, count) => {
    const table = float16Values();
    return Float32Array.from(new Uint16Array(aligned(bytes, count * 2)), (code) => table[code]);
  },
  bfloat16: (bytes, count) => {
    const out = new Uint32Array(count);
    for (let i = 0; i < count; i++) out[i] = (bytes[2 * i] << 16) | (bytes[2 * i + 1] << 24);
    return new Float32Array(out.buffer);
  },
  float8e4m3fn: byCode(e4m3fnValues),
  float8e4m3fnuz: byCode(e4m3fnuzValues),
  float8e5m2: byCode(e5m2Values),
  float8e5m2fnuz: byCode(e5m2fnuzValues),
  float8e8m0: byCode(e8m0Values),
  float4e2m1: (bytes, count, first) => {
    const table = e2m1Values();
    return packed(4, (code) => table[code])(bytes, count, first);
  },
  int8: (bytes, count) => Float32Array.from(new Int8Array(aligned(bytes, count))),
  int16: (bytes, count) => Float32Array.from(new Int16Array(aligned(bytes, count * 2))),
  int32: (bytes, count) => Float32Array.from(new Int32Array(aligned(bytes, count * 4))),
  int64: (bytes, count) => {
    const data = view(bytes);
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) out[i] = roundable(data.getInt32(8 * i + 4, true), data.getUint32(8 * i, true));
    return out;
  },
  uint8: (bytes, count) => Float32Array.from(bytes.subarray(0, count)),
  uint16: (bytes, count) => Float32Array.from(new Uint16Array(aligned(bytes, count * 2))),
  uint32: (bytes, count) => Float32Array.from(new Uint32Array(aligned(bytes, count * 4))),
  uint64: (bytes, count) => {
    const data = view(bytes);
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) out[i] = roundable(data.getUint32(8 * i + 4, true), data.getUint32(8 * i, true));
    return out;
  },
  int4: packed(4, twosComplement(4)),
  uint4: packed(4, same),
  int2: packed(2, twosComplement(2)),
  uint2: packed(2, same),
  bool: (bytes, count) => Float32Array.from(bytes.subarray(0, count), (b) => (b === 0 ? 0 : 1)),
};

/** A 64-bit integer as a number that rounds to the same float32: exact up to 53 bits; beyond, the bits that get lost still tip ties. */
function roundable(high: number, low: number): number {
  if (high >= -0x200000 && high < 0x200000) return high * 0x100000000 + low;
  return high * 0x100000000 + ((low & ~0xfff) >>> 0) + (low & 0xfff ? 0x800 : 0);
}

/**
 * `count` elements as float32, from little-endian bytes. `first`: elements of the first byte to skip, for types narrower than a byte.
 * Wider types are rounded to nearest, ties to even.
 */
export function decode(type: DataType, bytes: Uint8Array, count: number, first = 0): Float32Array {
  if (type === 'string' || type === 'complex64' || type === 'complex128') throw new TypeError(`${type} has no float32 form`);
  return decoders[type](bytes, count, first);
}
