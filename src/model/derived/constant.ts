import type { Tensor } from '../types.js';

/**
 * A value of the graph that does not depend on its inputs: some tensor of the file, as it is or seen in another shape and order. What is
 * shown and quantized is the tensor itself, so axes of the value are kept as axes of the tensor.
 */
export interface Constant {
  /** Name of the value in the graph. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly tensor: Tensor;
  /** For every axis of the value the axis of the tensor it is, or null when it is none. */
  readonly axes: readonly (number | null)[];
  /** Whether the elements come in the tensor's order. */
  readonly ordered: boolean;
  /** Whether the steps along an axis come in another order than in the tensor, as recurrent gates are put in another order. */
  readonly shuffled: boolean;
  /** Wrappers around the tensor of the file; bounded, so that reading it stays shallow. */
  readonly depth: number;
  /** What it was cut out of. */
  readonly part: Part | null;
}

/** Steps `[start, start + length)` along an axis of another constant. */
export interface Part {
  readonly of: Constant;
  readonly axis: number;
  readonly start: number;
  readonly length: number;
}

/** A tensor as the value of the same name. */
export function constant(tensor: Tensor, name = tensor.name, depth = 0, part: Part | null = null): Constant {
  const axes = tensor.shape.map((_, axis) => axis);
  return { name, shape: tensor.shape, tensor, axes, ordered: true, shuffled: false, depth, part };
}

/** The constant in another shape with as many elements. An axis survives where its size and the number of elements before it stay. */
export function reshaped(from: Constant, name: string, shape: readonly number[]): Constant {
  const axisAt = new Map<string, number | null>();
  let before = 1;
  from.shape.forEach((size, axis) => {
    const key = `${before}:${size}`;
    if (!axisAt.has(key)) axisAt.set(key, from.axes[axis]);
    before *= size;
  });
  before = 1;
  const axes = shape.map((size) => {
    const axis = axisAt.get(`${before}:${size}`) ?? null;
    before *= size;
    return axis;
  });
  return { ...from, name, shape, axes, part: null };
}

/** The constant with its axes in another order: axis `i` of the result is axis `order[i]` of `from`. */
export function transposed(from: Constant, name: string, order: readonly number[]): Constant {
  const moved = order.filter((axis) => from.shape[axis] !== 1);
  return {
    ...from,
    name,
    shape: order.map((axis) => from.shape[axis]),
    axes: order.map((axis) => from.axes[axis]),
    ordered: from.ordered && moved.every((axis, i) => i === 0 || moved[i - 1] < axis),
    part: null,
  };
}

/** The constant that parts of another one make when they are all of it, put together again in some order; null when they are not. */
export function reassembled(name: string, parts: readonly Constant[], axis: number): Constant | null {
  const whole = parts[0]?.part?.of;
  if (!whole || parts.some(({ part }) => part?.of !== whole || part.axis !== axis)) return null;
  const sorted = parts.map(({ part }) => part!).sort((a, b) => a.start - b.start);
  let end = 0;
  for (const { start, length } of sorted) {
    if (start !== end) return null;
    end += length;
  }
  if (end !== whole.shape[axis]) return null;
  const inOrder = sorted.every((part, i) => part === parts[i].part);
  return inOrder ? { ...whole, name } : { ...whole, name, ordered: false, shuffled: true, part: null };
}

/** What is quantized when an operator takes the constant as its weight, and its channel axis there, given the operator's own axis. */
export function asWeight(value: Constant, channelAxis: number | null): { tensor: Tensor; channelAxis: number | null } {
  const { tensor, axes, ordered } = value;
  if (channelAxis === null) return { tensor, channelAxis: null };
  const axis = axes[channelAxis] ?? null;
  if (axis !== null || !ordered) return { tensor, channelAxis: axis };
  // The tensor's own shape has no such axis, but the value does, and its elements come in the same order.
  return { tensor: { ...tensor, name: value.name, shape: value.shape }, channelAxis };
}
