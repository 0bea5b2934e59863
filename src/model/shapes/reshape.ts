import { axisOf, count, type Dims, type NodeView, type ShapeRule, type Value } from './value.js';

const value = (dims: Dims | null, elements: Dims | null = null): Value => ({ dims, elements, constant: null });

/** Attribute of old operator sets, input of new ones; null when given but not known. */
export function listArgument(node: NodeView, attribute: string, input: number): Dims | null | undefined {
  const listed = node.ints(attribute);
  if (listed) return listed;
  const given = node.inputs[input];
  return given ? given.elements : undefined;
}

/** Operators that keep every element where it is. */
export const reshapeRules: Readonly<Record<string, ShapeRule>> = {
  Identity: (node) => [node.inputs[0]],
  Reshape: (node) => {
    const [data] = node.inputs;
    const wanted = listArgument(node, 'shape', 1);
    if (!wanted) {
      const rank = node.inputs[1]?.dims?.[0];
      return [value(typeof rank === 'number' && rank <= 64 ? new Array<null>(rank).fill(null) : null, data?.elements ?? null)];
    }
    const keepZero = node.int('allowzero') === 1;
    const dims = wanted.map((dim, i) => (dim === 0 && !keepZero ? (data?.dims?.[i] ?? null) : dim));
    const hole = dims.indexOf(-1);
    if (hole >= 0) {
      const rest = count(dims.filter((_, i) => i !== hole));
      const all = count(data?.dims);
      dims[hole] = all !== null && rest !== null && rest > 0 && all % rest === 0 ? all / rest : null;
    }
    return [value(dims, data?.elements ?? null)];
  },
  Flatten: (node) => {
    const dims = node.inputs[0]?.dims;
    if (!dims) return [value([null, null])];
    const axis = axisOf(node.int('axis') ?? 1, dims.length + 1);
    if (axis === null) return [null];
    return [value([count(dims.slice(0, axis)), count(dims.slice(axis))], node.inputs[0]?.elements ?? null)];
  },
  Squeeze: (node) => {
    const dims = node.inputs[0]?.dims;
    const axes = listArgument(node, 'axes', 1);
    if (!dims || axes === null) return [value(null, node.inputs[0]?.elements ?? null)];
    if (axes === undefined)
      return dims.includes(null)
        ? [null]
        : [
            value(
              dims.filter((dim) => dim !== 1),
              node.inputs[0]?.elements ?? null,
            ),
          ];
    const gone = new Set(axes.map((axis) => axisOf(axis ?? NaN, dims.length)));
    return [
      value(
        dims.filter((_, i) => !gone.has(i)),
        node.inputs[0]?.elements ?? null,
      ),
    ];
  },
  Unsqueeze: (node) => {
    const dims = node.inputs[0]?.dims;
    const axes = listArgument(node, 'axes', 1);
    if (!dims || !axes) return [value(null, node.inputs[0]?.elements ?? null)];
    const rank = dims.length + axes.length;
    const fresh = new Set(axes.map((axis) => axisOf(axis ?? NaN, rank)));
    if (fresh.has(null) || fresh.size !== axes.length) return [null];
    const rest = dims.values();
    const out = Array.from({ length: rank }, (_, i) => (fresh.has(i) ? 1 : (rest.next().value ?? null)));
    return [value(out, node.inputs[0]?.elements ?? null)];
  },
};
