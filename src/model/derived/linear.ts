import type { DataType, Tensor } from '../types.js';

/** Which element of a linear quantization's scales belongs to an element of its tensor. */
export interface ScaleLayout {
  /** Elements behind one step of the axis. */
  readonly inner: number;
  /** Steps of the axis. */
  readonly size: number;
  /** Steps that share a scale. */
  readonly block: number;
  /** One scale for all, one per step of the axis, or one per block along the axis and per element elsewhere. */
  readonly kind: 'tensor' | 'axis' | 'block';
}

/** A layout, or null when the scales' shape does not fit the tensor's. */
export function scaleLayout(shape: readonly number[], axis: number, scale: Tensor, block: number): ScaleLayout | null {
  if (scale.elements === 1) return { inner: 1, size: 1, block: 1, kind: 'tensor' };
  const at = axis < 0 ? axis + shape.length : axis;
  if (!(at >= 0 && at < shape.length)) return null;
  const size = shape[at];
  const inner = shape.slice(at + 1).reduce((product, dim) => product * dim, 1);
  if (block > 0) {
    const fits =
      scale.shape.length === shape.length && scale.shape.every((dim, i) => dim === (i === at ? Math.ceil(size / block) : shape[i]));
    return fits ? { inner, size, block, kind: 'block' } : null;
  }
  return scale.elements === size ? { inner, size, block: 1, kind: 'axis' } : null;
}

function scaleIndex({ inner, size, block, kind }: ScaleLayout): (element: number) => number {
  if (kind === 'tensor') return () => 0;
  if (kind === 'axis') return (element) => Math.floor(element / inner) % size;
  const blocks = Math.ceil(size / block);
  return (element) => {
    const outer = Math.floor(element / (inner * size));
    const step = Math.floor(element / inner) % size;
    return (outer * blocks + Math.floor(step / block)) * inner + (element % inner);
  };
}

/** Scales and zero points are small: they are read once, as a whole, and kept while the tensor lives. */
function whole(tensor: Tensor | null): () => Promise<Float32Array | null> {
  let values: Promise<Float32Array> | null = null;
  return async () => (tensor ? await (values ??= tensor.read(0, tensor.elements)) : null);
}

/** `(q − zero) · scale`, as `DequantizeLinear` computes it. Null when the shapes do not fit. */
export function dequantized(name: string, codes: Tensor, scale: Tensor, zero: Tensor | null, axis: number, block: number): Tensor | null {
  const layout = scaleLayout(codes.shape, axis, scale, block);
  if (!layout || (zero && zero.elements !== scale.elements)) return null;
  const scales = whole(scale);
  const zeros = whole(zero);
  const index = scaleIndex(layout);
  return {
    ...codes,
    name,
    async read(start, end) {
      const [s, z, values] = [await scales(), await zeros(), await codes.read(start, end)];
      for (let i = 0; i < values.length; i++) {
        const at = index(start + i);
        values[i] = (values[i] - (z ? z[at] : 0)) * s![at];
      }
      return values;
    },
  };
}

const ranges: Readonly<Partial<Record<DataType, readonly [number, number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int4: [-8, 7],
  uint4: [0, 15],
  int2: [-2, 1],
  uint2: [0, 3],
};

const EVEN = 1.5 * 2 ** 52;

/** Codes of `QuantizeLinear`: `saturate(round-half-even(x / scale) + zero)`. Null when the shapes do not fit or the codes are no integers. */
export function quantized(
  name: string,
  from: Tensor,
  to: DataType,
  scale: Tensor,
  zero: Tensor | null,
  axis: number,
  block: number,
): Tensor | null {
  const range = ranges[to];
  const layout = scaleLayout(from.shape, axis, scale, block);
  if (!range || !layout || (zero && zero.elements !== scale.elements)) return null;
  const scales = whole(scale);
  const zeros = whole(zero);
  const index = scaleIndex(layout);
  const [low, high] = range;
  return {
    ...from,
    name,
    dataType: to,
    async read(start, end) {
      const [s, z, values] = [await scales(), await zeros(), await from.read(start, end)];
      for (let i = 0; i < values.length; i++) {
        const at = index(start + i);
        const code = Math.fround(values[i] / s![at]) + EVEN - EVEN + (z ? z[at] : 0);
        values[i] = Math.min(high, Math.max(low, code));
      }
      return values;
    },
  };
}
