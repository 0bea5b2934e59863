import {
  axisOf,
  count,
  dimsOf,
  known,
  listArgument,
  listed,
  repeated,
  shaped,
  unknownDims,
  type Dims,
  type NodeView,
  type ShapeRule,
  type ShapeRules,
  type Value,
} from './value.js';

/** Operators that pick, join, move or repeat elements. */
export const selectRules: ShapeRules = {
  Transpose: (node) => {
    const dims = dimsOf(node, 0);
    if (!dims) return [unknown(node.ints('perm')?.length)];
    const order = node.ints('perm') ?? dims.map((_, axis) => dims.length - 1 - axis);
    return [
      listed(
        order.map((axis) => dims[axis] ?? null),
        dims.length < 2 ? (node.inputs[0]?.elements ?? null) : null,
      ),
    ];
  },
  Concat: concat,
  Split: split,
  Slice: slice,
  Gather: gather,
  GatherElements: (node) => [shaped(dimsOf(node, 1))],
  GatherND: (node) => {
    const dims = dimsOf(node, 0);
    const indices = dimsOf(node, 1);
    const depth = indices?.at(-1);
    if (!dims || !indices || typeof depth !== 'number') return [];
    return [shaped([...indices.slice(0, -1), ...dims.slice((node.int('batch_dims') ?? 0) + depth)])];
  },
  Expand: (node) => {
    const dims = dimsOf(node, 0);
    const wanted = node.inputs[1]?.elements;
    if (!dims || !wanted) return [];
    const rank = Math.max(dims.length, wanted.length);
    const at = (list: Dims, i: number): number | null => (i - rank + list.length < 0 ? 1 : list[i - rank + list.length]);
    const out = Array.from({ length: rank }, (_, i) => {
      const [a, b] = [at(dims, i), at(wanted, i)];
      return a === 1 ? b : b === 1 || b === null ? a : b;
    });
    const [only] = node.inputs[0]?.elements?.length === 1 ? node.inputs[0].elements : [null];
    return [listed(out, only === null ? null : repeated(count(out), only), node.inputs[0]?.real)];
  },
  Tile: (node) => {
    const dims = dimsOf(node, 0);
    const repeats = node.inputs[1]?.elements;
    return [shaped(dims?.map((dim, i) => known((a, b) => a * b, dim, repeats?.[i])) ?? null)];
  },
  Pad: pad,
  TopK: (node) => {
    const dims = dimsOf(node, 0);
    const axis = dims && axisOf(node.int('axis') ?? -1, dims.length);
    const k = node.int('k') ?? node.inputs[1]?.elements?.[0] ?? null;
    const out = shaped(dims?.map((dim, i) => (i === axis ? k : dim)) ?? null);
    return [out, out];
  },
  OneHot: (node) => {
    const dims = dimsOf(node, 0);
    const depth = node.inputs[1]?.elements?.[0] ?? null;
    if (!dims) return [];
    const axis = axisOf(node.int('axis') ?? -1, dims.length + 1);
    return axis === null ? [] : [shaped([...dims.slice(0, axis), depth, ...dims.slice(axis)])];
  },
  NonZero: (node) => [shaped([dimsOf(node, 0)?.length ?? null, null])],
  Compress: (node) => [unknown(node.int('axis') === undefined ? 1 : dimsOf(node, 0)?.length)],
};

const unknown = (rank: number | null | undefined): Value => shaped(unknownDims(rank));

function concat(node: NodeView): ReturnType<ShapeRule> {
  const shapes = node.inputs.map((input) => input?.dims ?? null);
  const rank = shapes.find((dims) => dims !== null)?.length;
  if (rank === undefined) return [];
  const axis = axisOf(node.int('axis') ?? 1, rank);
  if (axis === null || shapes.some((dims) => dims && dims.length !== rank)) return [];
  const dims = Array.from({ length: rank }, (_, i) =>
    i === axis
      ? known((...sizes) => sizes.reduce((a, b) => a + b, 0), ...shapes.map((s) => s?.[i]))
      : (shapes.map((s) => s?.[i]).find((dim) => typeof dim === 'number') ?? null),
  );
  let elements: (number | null)[] | null = null;
  if (rank === 1) {
    // what is not known still takes its place when its length is
    const parts = node.inputs.map((input): Dims | null => input?.elements ?? unknownDims(input?.dims?.[0]));
    if (parts.every((part) => part !== null)) elements = parts.flat();
  }
  return [listed(dims, elements, node.inputs[0]?.real)];
}

function split(node: NodeView): ReturnType<ShapeRule> {
  const dims = dimsOf(node, 0);
  const parts = node.outputNames.length;
  const axis = dims && axisOf(node.int('axis') ?? 0, dims.length);
  if (!dims || axis === null) return [];
  const sizes = listArgument(node, 'split', 1);
  return node.outputNames.map((_, part) => {
    // the last part is the smallest when they do not come out even
    const even = known((size) => Math.min(Math.ceil(size / parts), Math.max(0, size - part * Math.ceil(size / parts))), dims[axis]);
    const size = sizes === undefined ? even : (sizes?.[part] ?? null);
    return shaped(dims.map((dim, i) => (i === axis ? size : dim)));
  });
}

function slice(node: NodeView): ReturnType<ShapeRule> {
  const dims = dimsOf(node, 0);
  if (!dims) return [];
  const starts = listArgument(node, 'starts', 1);
  const ends = listArgument(node, 'ends', 2);
  const axes = listArgument(node, 'axes', 3) ?? (node.inputs[3] ? null : starts?.map((_, i) => i));
  const steps = node.inputs[4] ? node.inputs[4].elements : starts?.map(() => 1);
  if (!axes) return [unknown(dims.length)];
  const out = [...dims];
  let elements = dims.length === 1 ? (node.inputs[0]?.elements ?? null) : null;
  axes.forEach((raw, i) => {
    const axis = axisOf(raw, dims.length);
    if (axis === null) return;
    const range = [dims[axis], starts?.[i], ends?.[i], steps?.[i]];
    out[axis] = known((...n) => indices(n[0], n[1], n[2], n[3]).length, ...range);
    if (!elements) return;
    const from = elements;
    elements = range.some((n) => n === null || n === undefined) ? null : pick(from, indices(from.length, range[1]!, range[2]!, range[3]!));
  });
  return [listed(out, elements, node.inputs[0]?.real)];
}

/** Where a slice starts, how often and how far it steps. */
function indices(size: number, start: number, end: number, step: number): { first: number; step: number; length: number } {
  if (step === 0) return { first: 0, step: 1, length: 0 };
  const clamp = (at: number, low: number, high: number): number => Math.min(high, Math.max(low, at < 0 ? at + size : at));
  const first = step > 0 ? clamp(start, 0, size) : clamp(start, 0, size - 1);
  const last = step > 0 ? clamp(end, 0, size) : clamp(end, -1, size - 1);
  return { first, step, length: Math.max(0, Math.ceil((last - first) / step)) };
}

const pick = (from: Dims, { first, step, length }: ReturnType<typeof indices>): Dims =>
  Array.from({ length }, (_, i) => from[first + i * step] ?? null);

function gather(node: NodeView): ReturnType<ShapeRule> {
  const dims = dimsOf(node, 0);
  const at = dimsOf(node, 1);
  if (!dims || !at) return [];
  const axis = axisOf(node.int('axis') ?? 0, dims.length);
  if (axis === null) return [];
  const from = dims.length === 1 ? node.inputs[0]?.elements : null;
  const elements = from && node.inputs[1]?.elements?.map((i) => (i === null ? null : (from.at(i) ?? null)));
  return [listed([...dims.slice(0, axis), ...at, ...dims.slice(axis + 1)], elements ?? null, node.inputs[0]?.real)];
}

function pad(node: NodeView): ReturnType<ShapeRule> {
  const dims = dimsOf(node, 0);
  const pads = listArgument(node, 'pads', 1) ?? node.ints('paddings');
  if (!dims) return [];
  if (!pads) return [unknown(dims.length)];
  const axes = node.inputs[3] ? node.inputs[3].elements : dims.map((_, axis) => axis);
  if (!axes) return [unknown(dims.length)];
  const out = [...dims];
  axes.forEach((raw, i) => {
    const axis = axisOf(raw, dims.length);
    if (axis !== null) out[axis] = known((size, head, tail) => size + head + tail, dims[axis], pads[i], pads[i + axes.length]);
  });
  return [shaped(out)];
}
