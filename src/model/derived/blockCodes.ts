import { checkElements } from '../checkElements.js';
import type { DataType, Tensor } from '../types.js';

/** A matrix of block-quantized codes as `com.microsoft.MatMulNBits` stores it. */
export interface BlockCodes {
  readonly rows: number;
  readonly columns: number;
  readonly bits: number;
  /** Elements of a row that share a scale. */
  readonly block: number;
  /** Bytes [rows, blocks, block · bits / 8], the first code in the lowest bits. */
  readonly codes: Tensor;
  /** [rows · blocks]. */
  readonly scales: Tensor;
  /** Packed like the codes, every row from a byte of its own, or a number of the scales' type per block; 2^(bits − 1) when there are none. */
  readonly zeros: Tensor | null;
}

const types: Readonly<Record<number, DataType | undefined>> = { 2: 'uint2', 4: 'uint4', 8: 'uint8' };

/** The real matrix [rows, columns]: `(code − zero) · scale`. Null when the parts do not fit each other. */
export function unpacked({ rows, columns, bits, block, codes, scales, zeros }: BlockCodes): Tensor | null {
  const dataType = types[bits];
  const blocks = Math.ceil(columns / block);
  const rowBytes = (blocks * block * bits) / 8;
  const elements = rows * columns;
  const zeroRow = Math.ceil((blocks * bits) / 8);
  const zerosPacked = zeros?.dataType === 'uint8';
  const sizes = [rows, columns, block];
  if (!dataType || !sizes.every((n) => Number.isSafeInteger(n) && n > 0) || (block * bits) % 8 !== 0) return null;
  if (codes.dataType !== 'uint8' || codes.elements !== rows * rowBytes || scales.elements !== rows * blocks) return null;
  if (zeros && zeros.elements !== rows * (zerosPacked ? zeroRow : blocks)) return null;

  const perByte = 8 / bits;
  const mask = 2 ** bits - 1;
  const code = (bytes: Float32Array, index: number): number => (bytes[Math.floor(index / perByte)] >> ((index % perByte) * bits)) & mask;
  return {
    name: codes.name,
    dataType,
    shape: [rows, columns],
    elements,
    byteLength: codes.byteLength,
    async read(start, end) {
      checkElements(start, end, elements, codes.name);
      const out = new Float32Array(end - start);
      if (start === end) return out;
      const first = Math.floor(start / columns);
      const last = Math.floor((end - 1) / columns) + 1;
      const bytes = await codes.read(first * rowBytes, last * rowBytes);
      const scale = await scales.read(first * blocks, last * blocks);
      const zero = zerosPacked ? await zeros.read(first * zeroRow, last * zeroRow) : await zeros?.read(first * blocks, last * blocks);
      for (let i = start; i < end; i++) {
        const row = Math.floor(i / columns) - first;
        const column = i % columns;
        const at = Math.floor(column / block);
        const middle = !zero ? 2 ** (bits - 1) : zerosPacked ? code(zero, row * zeroRow * perByte + at) : zero[row * blocks + at];
        out[i - start] = (code(bytes, row * rowBytes * perByte + column) - middle) * scale[row * blocks + at];
      }
      return out;
    },
  };
}
