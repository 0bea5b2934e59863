import type { DataType, Tensor } from '../types.js';

/** What a `Cast` to a narrower float leaves of a tensor. */
export function rounded(name: string, from: Tensor, to: 'float16' | 'bfloat16'): Tensor {
  const format = formats[to];
  return {
    ...from,
    name,
    dataType: to satisfies DataType,
    async read(start, end) {
      const values = await from.read(start, end);
      for (let i = 0; i < values.length; i++) values[i] = round(values[i], format);
      return values;
    },
  };
}

interface Format {
  /** Significant bits. */
  readonly digits: number;
  /** Exponent of the smallest subnormal. */
  readonly lowest: number;
  /** Largest finite value. */
  readonly max: number;
}
const formats: Readonly<Record<'float16' | 'bfloat16', Format>> = {
  float16: { digits: 11, lowest: -24, max: 65504 },
  bfloat16: { digits: 8, lowest: -133, max: 2 ** 127 * (2 - 2 ** -7) },
};

const bits = new DataView(new ArrayBuffer(4));

/** Nearest value of the format, ties to even; beyond its range infinity, as IEEE 754 converts. */
function round(value: number, { digits, lowest, max }: Format): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  bits.setFloat32(0, value);
  const exponent = Math.max((bits.getUint32(0) >>> 23) & 255, 1) - 127;
  const step = 2 ** Math.max(exponent - digits + 1, lowest);
  const even = value / step + EVEN - EVEN;
  const result = even * step;
  return Math.abs(result) > max ? Math.sign(value) * Infinity : result;
}

/** Adding and subtracting it rounds a float64 to an integer, ties to even. */
const EVEN = 1.5 * 2 ** 52;
