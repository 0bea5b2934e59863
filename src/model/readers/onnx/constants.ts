import { isWidening } from '../../dataTypes.js';
import { constant, reshaped, transposed, type Constant } from '../../derived/constant.js';
import { dequantized, quantized } from '../../derived/linear.js';
import { rounded } from '../../derived/rounded.js';
import { axisOf, count, type NodeView, type Value } from '../../shapes/value.js';
import type { DataType, Tensor } from '../../types.js';
import { elementType } from './elementTypes.js';

/** Wrappers inside wrappers that are followed; real models use two or three. */
const DEEPEST = 32;

type Rule = (node: NodeView, from: Constant, output: Value) => Constant | null;

/** What an operator makes of a constant first input. `output` has the inferred shape. Operators that are not here make no constant. */
const rules: Readonly<Record<string, Rule | undefined>> = {
  Identity: (_, from) => from,
  Reshape: inOtherShape,
  Flatten: inOtherShape,
  Squeeze: inOtherShape,
  Unsqueeze: inOtherShape,
  Transpose: (node, from) => {
    const rank = from.shape.length;
    const order = node.ints('perm') ?? from.shape.map((_, axis) => rank - 1 - axis);
    if (order.length !== rank || new Set(order).size !== rank || order.some((axis) => axisOf(axis, rank) !== axis)) return null;
    return transposed(from, node.outputNames[0], order);
  },
  Cast: (node, from) => converted(node, from, elementType(node.int('to') ?? 0)),
  CastLike: (node, from) => converted(node, from, node.inputs[1]?.constant?.tensor.dataType ?? null),
  QuantizeLinear: (node, from) =>
    linear(node, from, (tensor, scale, zero, axis, block) =>
      quantized(node.outputNames[0], tensor, quantizedType(node, zero), scale, zero, axis, block),
    ),
  DequantizeLinear: (node, from) =>
    linear(node, from, (tensor, scale, zero, axis, block) => dequantized(node.outputNames[0], tensor, scale, zero, axis, block)),
};

/** The constant a node's first output is, or null. */
export function derivedConstant(node: NodeView, output: Value): Constant | null {
  const from = node.inputs[0]?.constant;
  if (!from || from.depth > DEEPEST || node.outputNames.length === 0) return null;
  return rules[node.op]?.(node, from, output) ?? null;
}

function inOtherShape(node: NodeView, from: Constant, output: Value): Constant | null {
  const shape = output.dims;
  if (count(shape) !== from.tensor.elements) return null;
  return reshaped(from, node.outputNames[0], shape as readonly number[]);
}

function converted(node: NodeView, from: Constant, to: DataType | null): Constant | null {
  if (!to) return null;
  const { tensor } = from;
  // Values are read as float32, so converting to a type that has all of its own values, or to float32, changes nothing that can be seen.
  if (to === 'float32' || isWidening(tensor.dataType, to)) return from;
  if (to !== 'float16' && to !== 'bfloat16') return null;
  return { ...from, tensor: rounded(node.outputNames[0], tensor, to), depth: from.depth + 1 };
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
    if (axis === null) return null;
    const own = from.axes[axis];
    const asItIs = from.ordered && tensor.shape.length === from.shape.length && from.axes.every((a, i) => a === i);
    if (own !== null && (block === 0 || asItIs)) at = own;
    else if (from.ordered) {
      tensor = { ...tensor, shape: from.shape };
      at = axis;
    } else return null;
  }
  const made = make(tensor, scales, zeros, at, block);
  if (!made) return null;
  if (tensor === from.tensor) return { ...from, tensor: made, depth: from.depth + 1 };
  return constant(made, node.outputNames[0], from.depth + 1);
}

const withShape = (from: Constant): Tensor => ({ ...from.tensor, shape: from.shape });
