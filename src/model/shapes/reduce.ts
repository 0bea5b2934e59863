import {
  axisOf,
  count,
  dimsOf,
  known,
  listArgument,
  listed,
  shaped,
  unknownDims,
  type NodeView,
  type ShapeRule,
  type ShapeRules,
} from './value.js';

const reductions = 'L1 L2 LogSum LogSumExp Max Mean Min Prod Sum SumSquare'.split(' ').map((kind) => `Reduce${kind}`);

/** Operators that turn tensors into fewer numbers, and those that make tensors of numbers. */
export const reduceRules: ShapeRules = {
  ...Object.fromEntries(reductions.map((op): [string, ShapeRule] => [op, reduce])),
  ArgMax: arg,
  ArgMin: arg,
  Shape: (node) => {
    const dims = dimsOf(node, 0);
    if (!dims) return [shaped([null])];
    const start = node.int('start') ?? 0;
    const part = dims.slice(start, node.int('end') ?? dims.length);
    return [listed([part.length], part)];
  },
  Size: (node) => [listed([], [count(dimsOf(node, 0))])],
  Range: (node) => {
    const [start, limit, delta] = node.inputs.map((input) => input?.elements?.[0]);
    const length = known((a, b, d) => (d === 0 ? NaN : Math.max(0, Math.ceil((b - a) / d))), start, limit, delta);
    const few = length !== null && length <= 64;
    const elements = few ? Array.from({ length }, (_, i) => start! + i * delta!) : null;
    return [listed([length], elements, node.inputs[0]?.real)];
  },
  ConstantOfShape: (node) => [shaped(node.inputs[0]?.elements ?? unknownDims(node.inputs[0]?.dims?.[0]))],
  RandomNormal: (node) => [shaped(node.ints('shape') ?? null)],
  RandomUniform: (node) => [shaped(node.ints('shape') ?? null)],
};

function reduce(node: NodeView): ReturnType<ShapeRule> {
  const dims = dimsOf(node, 0);
  if (!dims) return [];
  const given = listArgument(node, 'axes', 1);
  const keep = (node.int('keepdims') ?? 1) === 1;
  if (given === null) return [keep ? shaped(unknownDims(dims.length)) : null];
  const all = given === undefined || given.length === 0;
  if (all && node.int('noop_with_empty_axes') === 1) return [shaped(dims)];
  const gone = new Set(all ? dims.keys() : given.map((axis) => axisOf(axis, dims.length)));
  const out = keep ? dims.map((dim, i) => (gone.has(i) ? 1 : dim)) : dims.filter((_, i) => !gone.has(i));
  return [listed(out, node.op === 'ReduceProd' && gone.size === dims.length && dims.length === 1 ? product(node) : null)];
}

/** The product of a small list, as shapes are multiplied out. */
function product(node: NodeView): readonly (number | null)[] | null {
  const elements = node.inputs[0]?.elements;
  return elements ? [count(elements)] : null;
}

function arg(node: NodeView): ReturnType<ShapeRule> {
  const dims = dimsOf(node, 0);
  const axis = dims && axisOf(node.int('axis') ?? 0, dims.length);
  if (!dims || axis === null) return [];
  const keep = (node.int('keepdims') ?? 1) === 1;
  return [shaped(keep ? dims.map((dim, i) => (i === axis ? 1 : dim)) : dims.filter((_, i) => i !== axis))];
}
