import {
  axisOf,
  count,
  dimsOf,
  listArgument,
  listed,
  unknownDims,
  type Dims,
  type NodeView,
  type ShapeRules,
  type Value,
} from './value.js';

/** The first input's elements in another shape. */
const same = (node: NodeView, dims: Dims | null): Value => listed(dims, node.inputs[0]?.elements ?? null, node.inputs[0]?.real);

/** Operators that keep every element where it is. */
export const reshapeRules: ShapeRules = {
  Reshape: (node) => {
    const dims = dimsOf(node, 0);
    const wanted = listArgument(node, 'shape', 1);
    if (!wanted) return [same(node, unknownDims(dimsOf(node, 1)?.[0]))];
    const keepZero = node.int('allowzero') === 1;
    const out = wanted.map((dim, i) => (dim === 0 && !keepZero ? (dims?.[i] ?? null) : dim));
    const hole = out.indexOf(-1);
    if (hole >= 0) out[hole] = ratio(dims, out, wanted, hole);
    return [same(node, out)];
  },
  Flatten: (node) => {
    const dims = dimsOf(node, 0);
    if (!dims) return [same(node, [null, null])];
    const given = node.int('axis') ?? 1;
    const axis = given === dims.length ? given : axisOf(given, dims.length);
    return axis === null ? [] : [same(node, [count(dims.slice(0, axis)), count(dims.slice(axis))])];
  },
  Squeeze: (node) => {
    const dims = dimsOf(node, 0);
    const axes = listArgument(node, 'axes', 1);
    if (!dims || axes === null) return [same(node, null)];
    if (axes === undefined) return [same(node, dims.includes(null) ? null : dims.filter((dim) => dim !== 1))];
    const gone = new Set(axes.map((axis) => axisOf(axis, dims.length)));
    return [
      same(
        node,
        dims.filter((_, i) => !gone.has(i)),
      ),
    ];
  },
  Unsqueeze: (node) => {
    const dims = dimsOf(node, 0);
    const axes = listArgument(node, 'axes', 1);
    if (!dims || !axes) return [same(node, null)];
    const rank = dims.length + axes.length;
    const fresh = new Set(axes.map((axis) => axisOf(axis, rank)));
    if (fresh.has(null) || fresh.size !== axes.length) return [];
    const rest = dims.values();
    return [
      same(
        node,
        Array.from({ length: rank }, (_, i) => (fresh.has(i) ? 1 : (rest.next().value ?? null))),
      ),
    ];
  },
};

/** The size of the dimension given as −1. Open dimensions that the new shape takes over with 0 cancel out. */
function ratio(dims: Dims | null, out: Dims, wanted: Dims, hole: number): number | null {
  if (!dims) return null;
  const copied = (i: number): boolean => wanted[i] === 0 && i < dims.length && out[i] === dims[i];
  const all = count(dims.filter((_, i) => !copied(i)));
  const rest = count(out.filter((_, i) => i !== hole && !copied(i)));
  return all !== null && rest !== null && rest > 0 && all % rest === 0 ? all / rest : null;
}
