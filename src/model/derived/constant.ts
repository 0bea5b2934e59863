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
  /** Wrappers around the tensor of the file; bounded, so that reading it stays shallow. */
  readonly depth: number;
}

/** A tensor as the value of the same name. */
export function constant(tensor: Tensor, name = tensor.name, depth = 0): Constant {
  return { name, shape: tensor.shape, tensor, axes: tensor.shape.map((_, axis) => axis), ordered: true, depth };
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
  return { ...from, name, shape, axes };
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
  };
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
