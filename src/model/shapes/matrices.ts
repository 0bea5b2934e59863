import { broadcast } from './elementwise.js';
import { dimsOf, known, shaped, type Dims, type NodeView, type ShapeRule, type ShapeRules } from './value.js';

/** Operators that multiply matrices. */
export const matrixRules: ShapeRules = {
  Gemm: gemm(1),
  FusedGemm: gemm(1),
  QGemm: gemm(3),
  MatMul: product(1),
  FusedMatMul: product(1),
  TransposeMatMul: product(1),
  MatMulInteger: product(1),
  MatMulIntegerToFloat: product(1),
  DynamicQuantizeMatMul: product(1),
  QLinearMatMul: product(3),
  MatMulNBits: (node) => {
    const dims = dimsOf(node, 0);
    return dims ? [shaped([...dims.slice(0, -1), node.int('N') ?? null])] : [];
  },
  Attention: (node) => {
    const dims = dimsOf(node, 0);
    const weights = dimsOf(node, 1);
    if (dims?.length !== 3 || weights?.length !== 2) return [];
    const parts = node.ints('qkv_hidden_sizes');
    return [shaped([dims[0], dims[1], parts?.[2] ?? known((n) => n / 3, weights[1])])];
  },
  LSTM: (node) => recurrent(node, 2),
  GRU: (node) => recurrent(node, 1),
  RNN: (node) => recurrent(node, 1),
  Einsum: einsum,
};

function gemm(right: number): ShapeRule {
  return (node) => {
    const a = dimsOf(node, 0);
    const b = dimsOf(node, right);
    const rows = a?.[node.int('transA') === 1 ? 1 : 0] ?? null;
    const columns = b?.[node.int('transB') === 1 ? 0 : 1] ?? null;
    return [shaped([rows, columns])];
  };
}

/** numpy's matmul; vectors lose the dimension they are given. */
function product(right: number): ShapeRule {
  return (node) => {
    const left = flipped(dimsOf(node, 0), node.int('transA') === 1);
    const other = flipped(dimsOf(node, right), node.int('transB') === 1);
    if (!left || !other || left.length === 0 || other.length === 0) return [];
    const batch = broadcast([left.slice(0, -2), other.slice(0, -2)]);
    if (!batch) return [];
    const rows = left.length > 1 ? [left[left.length - 2]] : [];
    const columns = other.length > 1 ? [other[other.length - 1]] : [];
    return [shaped([...batch, ...rows, ...columns])];
  };
}

function flipped(dims: Dims | null, flip: boolean): Dims | null {
  return flip && dims && dims.length > 1 ? [...dims.slice(0, -2), dims[dims.length - 1], dims[dims.length - 2]] : dims;
}

/** Y [time, directions, batch, hidden] and the last states; batch first in layout 1. */
function recurrent(node: NodeView, states: number): ReturnType<ShapeRule> {
  const input = dimsOf(node, 0);
  const batchFirst = node.int('layout') === 1;
  const time = input?.[batchFirst ? 1 : 0] ?? null;
  const batch = input?.[batchFirst ? 0 : 1] ?? null;
  const directions = node.text('direction') === 'bidirectional' ? 2 : 1;
  const hidden = node.int('hidden_size') ?? dimsOf(node, 2)?.[2] ?? null;
  const state = shaped(batchFirst ? [batch, directions, hidden] : [directions, batch, hidden]);
  const all = shaped(batchFirst ? [batch, time, directions, hidden] : [time, directions, batch, hidden]);
  return [all, ...new Array<typeof state>(states).fill(state)];
}

function einsum(node: NodeView): ReturnType<ShapeRule> {
  const [terms, output] = (node.text('equation') ?? '').replace(/\s/g, '').split('->');
  if (output === undefined || terms.includes('.')) return [];
  const sizes = new Map<string, number | null>();
  terms.split(',').forEach((labels, i) => {
    const dims = dimsOf(node, i);
    Array.from(labels).forEach((label, axis) => sizes.set(label, sizes.get(label) ?? dims?.[axis] ?? null));
  });
  return [shaped(Array.from(output, (label) => sizes.get(label) ?? null))];
}
