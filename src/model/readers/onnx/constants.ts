import { isWidening } from '../../dataTypes.js';
import { constant, reassembled, reshaped, transposed, type Constant } from '../../derived/constant.js';
import { dequantized, quantized } from '../../derived/linear.js';
import { concatenated, sliced } from '../../derived/pieces.js';
import { rounded } from '../../derived/rounded.js';
import { MOST_INPUTS } from '../../shapes/infer.js';
import { axisOf, count, listArgument, type NodeView, type Value } from '../../shapes/value.js';
import type { DataType, Tensor } from '../../types.js';
import { elementType } from './elementTypes.js';

/** Wrappers inside wrappers that are followed; real models use two or three. */
const DEEPEST = 32;

/** What is put together is no larger than this: a small file can ask for a tensor that takes forever to read. */
const MOST_ELEMENTS = 2 ** 28;

type Rule = (node: NodeView, from: Constant, outputs: readonly Value[]) => readonly (Constant | null)[];

/** What an operator makes of a constant first input. `outputs` have the inferred shapes. Operators that are not here make no constant. */
const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>(
  Object.entries({
    Identity: (_node, from) => [from],
    Reshape: inOtherShape,
    Flatten: inOtherShape,
    Squeeze: inOtherShape,
    Unsqueeze: inOtherShape,
    Transpose: (node, from) => {
      const rank = from.shape.length;
      const order = node.ints('perm') ?? from.shape.map((_, axis) => rank - 1 - axis);
      if (order.length !== rank || new Set(order).size !== rank || order.some((axis) => axisOf(axis, rank) !== axis)) return [];
      return [transposed(from, node.outputNames[0], order)];
    },
    Cast: (node, from) => [converted(node, from, elementType(node.int('to') ?? 0))],
    CastLike: (node, from) => [converted(node, from, node.inputs[1]?.constant?.tensor.dataType ?? null)],
    QuantizeLinear: (node, from) => [
      linear(node, from, (tensor, scale, zero, axis, block) =>
        quantized(node.outputNames[0], tensor, quantizedType(node, zero), scale, zero, axis, block),
      ),
    ],
    DequantizeLinear: (node, from) => [
      linear(node, from, (tensor, scale, zero, axis, block) => dequantized(node.outputNames[0], tensor, scale, zero, axis, block)),
    ],
    Slice: slice,
    Split: split,
    Gather: gather,
    Concat: concat,
  } satisfies Record<string, Rule>),
);

/** The constants a node's outputs are; null where they are none. */
export function derivedConstants(node: NodeView, outputs: readonly Value[]): readonly (Constant | null)[] {
  const from = node.inputs[0]?.constant;
  if (!from || from.depth > DEEPEST || node.inputs.length > MOST_INPUTS) return [];
  return rules.get(node.op)?.(node, from, outputs) ?? [];
}

function inOtherShape(node: NodeView, from: Constant, [output]: readonly Value[]): (Constant | null)[] {
  const shape = output?.dims;
  if (!shape || count(shape) !== from.tensor.elements) return [];
  return [reshaped(from, node.outputNames[0], shape as readonly number[])];
}

function converted(node: NodeView, from: Constant, to: DataType | null): Constant | null {
  if (!to) return null;
  const { tensor } = from;
  // Values are read as float32, so converting to a type that has all of its own values, or to float32, changes nothing that can be seen.
  if (to === 'float32' || isWidening(tensor.dataType, to)) return { ...from, part: null };
  if (to !== 'float16' && to !== 'bfloat16') return null;
  return { ...from, tensor: rounded(node.outputNames[0], tensor, to), depth: from.depth + 1, part: null };
}

function quantizedType(node: NodeView, zero: Tensor | null): DataType {
  return zero?.dataType ?? elementType(node.int('output_dtype') ?? 0) ?? 'uint8';
}

type Make = (tensor: Tensor, scale: Tensor, zero: Tensor | null, axis: number, block: number) => Tensor | null;

/** Applies a linear quantization to the tensor behind a constant, its axis moved to the tensor's own. */
function linear(node: NodeView, from: Constant, make: Make): Constant | null {
  const [, scale, zero] = node.inputs;
  if (!scale?.constant?.ordered || (zero && !zero.constant?.ordered)) return null;
  const axis = axisOf(node.int('axis') ?? 1, from.shape.length);
  const block = node.int('block_size') ?? 0;
  const scales = withShape(scale.constant);
  const zeros = zero?.constant ? withShape(zero.constant) : null;
  let { tensor } = from;
  let at = 0;
  if (scales.elements !== 1) {
    if (axis === null || from.shuffled) return null;
    const own = from.axes[axis];
    const asItIs = from.ordered && tensor.shape.length === from.shape.length && from.axes.every((a, i) => a === i);
    if (own !== null && (block === 0 || asItIs)) at = own;
    else if (from.ordered) {
      tensor = withShape(from);
      at = axis;
    } else return null;
  }
  const made = make(tensor, scales, zeros, at, block);
  if (!made) return null;
  if (tensor === from.tensor) return { ...from, tensor: made, depth: from.depth + 1, part: null };
  return constant(made, node.outputNames[0], from.depth + 1);
}

/** The tensor in the value's own shape; only for ordered constants. */
const withShape = (from: Constant): Tensor => ({ ...from.tensor, name: from.name, shape: from.shape });

/** Steps along one axis of a constant. */
function cut(name: string, from: Constant, axis: number, start: number, length: number): Constant | null {
  if (!from.ordered || start < 0 || length < 0 || start + length > from.shape[axis]) return null;
  return constant(sliced(name, withShape(from), axis, start, length), name, from.depth + 1, { of: from, axis, start, length });
}

/** A slice along one axis, without gaps. */
function slice(node: NodeView, from: Constant): (Constant | null)[] {
  const starts = listArgument(node, 'starts', 1);
  const ends = listArgument(node, 'ends', 2);
  const axes = listArgument(node, 'axes', 3) ?? (node.inputs[3] ? null : [0]);
  const steps = node.inputs[4] ? node.inputs[4].elements : [1];
  if (starts?.length !== 1 || ends?.length !== 1 || axes?.length !== 1 || steps?.[0] !== 1) return [];
  const axis = axisOf(axes[0], from.shape.length);
  if (axis === null || starts[0] === null || ends[0] === null) return [];
  const size = from.shape[axis];
  const clamp = (at: number): number => Math.min(size, Math.max(0, at < 0 ? at + size : at));
  const start = clamp(starts[0]);
  return [cut(node.outputNames[0], from, axis, start, Math.max(0, clamp(ends[0]) - start))];
}

function split(node: NodeView, from: Constant, outputs: readonly Value[]): (Constant | null)[] {
  const axis = axisOf(node.int('axis') ?? 0, from.shape.length);
  let start = 0;
  return outputs.map((output, i) => {
    const length = axis === null ? null : output.dims?.[axis];
    if (axis === null || typeof length !== 'number' || Number.isNaN(start)) {
      start = NaN;
      return null;
    }
    const part = cut(node.outputNames[i], from, axis, start, length);
    start += length;
    return part;
  });
}

/** One step along an axis. */
function gather(node: NodeView, from: Constant): (Constant | null)[] {
  const axis = axisOf(node.int('axis') ?? 0, from.shape.length);
  const [, index] = node.inputs;
  const at = index?.elements?.[0];
  if (axis === null || index?.dims?.length !== 0 || typeof at !== 'number') return [];
  const name = node.outputNames[0];
  const step = cut(name, from, axis, at < 0 ? at + from.shape[axis] : at, 1);
  const shape = from.shape.filter((_, i) => i !== axis);
  return [step && constant({ ...step.tensor, shape }, name, step.depth)];
}

function concat(node: NodeView, from: Constant): (Constant | null)[] {
  const parts = node.inputs.map((input) => input?.constant ?? null);
  const rank = from.shape.length;
  const axis = axisOf(node.int('axis') ?? 1, rank);
  if (axis === null || !parts.every((part) => part !== null)) return [];
  const fits = parts.every(
    ({ shape, tensor }) =>
      tensor.dataType === from.tensor.dataType && shape.length === rank && shape.every((size, i) => i === axis || size === from.shape[i]),
  );
  if (!fits) return [];
  const name = node.outputNames[0];
  const whole = reassembled(name, parts, axis);
  if (whole) return [whole];
  const elements = parts.reduce((sum, part) => sum + part.tensor.elements, 0);
  if (!parts.every((part) => part.ordered && part.tensor.elements > 0) || elements > MOST_ELEMENTS) return [];
  return [constant(concatenated(name, parts.map(withShape), axis), name, Math.max(...parts.map((part) => part.depth)) + 1)];
}
