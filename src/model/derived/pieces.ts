import { checkElements } from '../checkElements.js';
import type { Tensor } from '../types.js';

const product = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** Steps `[first, first + length)` along an axis of a tensor. */
export function sliced(name: string, from: Tensor, axis: number, first: number, length: number): Tensor {
  const inner = product(from.shape.slice(axis + 1));
  const row = length * inner;
  const fromRow = from.shape[axis] * inner;
  const shape = from.shape.map((size, i) => (i === axis ? length : size));
  const elements = product(shape);
  return {
    ...from,
    name,
    shape,
    elements,
    byteLength: elements === 0 ? 0 : Math.ceil((from.byteLength / from.elements) * elements),
    async read(start, end) {
      checkElements(start, end, elements, name);
      if (start === end) return new Float32Array(0);
      const place = (i: number): number => Math.floor(i / row) * fromRow + first * inner + (i % row);
      const base = place(start);
      const values = await from.read(base, place(end - 1) + 1);
      const out = new Float32Array(end - start);
      for (let i = start; i < end;) {
        const stop = Math.min(end, (Math.floor(i / row) + 1) * row);
        out.set(values.subarray(place(i) - base, place(i) - base + stop - i), i - start);
        i = stop;
      }
      return out;
    },
  };
}

/** Tensors joined along an axis; their other dimensions are the same. */
export function concatenated(name: string, parts: readonly Tensor[], axis: number): Tensor {
  const inner = product(parts[0].shape.slice(axis + 1));
  const rows = parts.map((part) => part.shape[axis] * inner);
  const row = rows.reduce((a, b) => a + b, 0);
  const elements = parts.reduce((sum, part) => sum + part.elements, 0);
  return {
    name,
    dataType: parts[0].dataType,
    shape: parts[0].shape.map((size, i) => (i === axis ? row / inner : size)),
    elements,
    byteLength: parts.reduce((sum, part) => sum + part.byteLength, 0),
    async read(start, end) {
      checkElements(start, end, elements, name);
      const out = new Float32Array(end - start);
      if (start === end) return out;
      let before = 0;
      for (const [p, part] of parts.entries()) {
        const size = rows[p];
        // where this part's own elements begin and end that fall into the range
        const own = (i: number): number => Math.floor(i / row) * size + Math.min(size, Math.max(0, (i % row) - before));
        const [from, to] = [own(start), own(end)];
        const values = await part.read(from, to);
        for (let i = from; i < to;) {
          const line = Math.floor(i / size);
          const stop = Math.min(to, (line + 1) * size);
          out.set(values.subarray(i - from, stop - from), line * row + before + (i - line * size) - start);
          i = stop;
        }
        before += size;
      }
      return out;
    },
  };
}
