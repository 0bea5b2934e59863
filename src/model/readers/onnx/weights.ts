import { isFloat } from '../../dataTypes.js';
import { unpacked } from '../../derived/blockCodes.js';
import { asWeight, type Constant } from '../../derived/constant.js';
import { dequantized } from '../../derived/linear.js';
import { axisOf, count, type NodeView, type Value } from '../../shapes/value.js';
import type { Tensor } from '../../types.js';

/** A weight of a node, before it has a name. */
export interface Weight {
  /** Tells the weights of one node apart; empty when it has one. */
  readonly suffix: string;
  readonly tensor: Tensor;
  readonly channelAxis: number | null;
  /** Multiply-accumulates of one run of the node. */
  readonly macs: number | null;
}

type Rule = (node: NodeView, output: Value | undefined) => readonly (Weight | null)[];

/**
 * Which inputs of which operators are weights, the axis of their output channels and what they cost. Axes are the operator's own; they are
 * followed back through transposes and reshapes to the stored tensor.
 */
const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>(
  Object.entries({
    Conv: (node, output) => [convolution(node, output, 1)],
    FusedConv: (node, output) => [convolution(node, output, 1)],
    ConvInteger: (node, output) => [convolution(node, output, 1)],
    DeformConv: (node, output) => [convolution(node, output, 1)],
    QLinearConv: (node, output) => [convolution(node, output, 3, 4, 5)],
    ConvTranspose: (node) => [transposedConvolution(node)],
    Gemm: (node, output) => gemm(node, output, 1),
    FusedGemm: (node, output) => gemm(node, output, 1),
    QGemm: (node, output) => gemm(node, output, 3, 4, 5),
    MatMul: (node, output) => matMul(node, output, 0, 1),
    FusedMatMul: (node, output) => matMul(node, output, 0, 1),
    TransposeMatMul: (node, output) => matMul(node, output, 0, 1),
    MatMulInteger: (node, output) => matMul(node, output, 0, 1),
    MatMulIntegerToFloat: (node, output) => matMul(node, output, 0, 1, 3, 5),
    DynamicQuantizeMatMul: (node, output) => matMul(node, output, 0, 1, 2, 3),
    QLinearMatMul: (node, output) => matMul(node, output, 0, 3, 4, 5),
    MatMulNBits: (node, output) => [blockProduct(node, output)],
    Attention: (node) => [attention(node)],
    LSTM: recurrent,
    GRU: recurrent,
    RNN: recurrent,
    Gather: (node) => [embedding(node)],
    Einsum: einsum,
  } satisfies Record<string, Rule>),
);

const NONE: readonly Weight[] = [];

/** The weights of a node that are constants. */
export function weightsOf(node: NodeView, outputs: readonly Value[]): readonly Weight[] {
  const found = rules.get(node.op)?.(node, outputs[0]);
  return found ? found.filter((weight) => weight !== null) : NONE;
}

/** What can be a weight: floats, and the narrow integers quantized weights are stored in. */
function constantInput(node: NodeView, input: number, leastRank: number): Constant | null {
  const found = node.inputs[input]?.constant;
  if (!found || found.shape.length < leastRank || found.tensor.elements === 0) return null;
  const type = found.tensor.dataType;
  return isFloat(type) || /^u?int(2|4|8|16)$/.test(type) ? found : null;
}

/** A weight for a node's operand; quantized operands are seen through their scale when that is constant. */
function weight(
  node: NodeView,
  operand: Constant,
  channelAxis: number | null,
  macs: number | null,
  scaleInput = -1,
  zeroInput = -1,
  suffix = '',
): Weight {
  const seen = asWeight(operand, channelAxis);
  const scale = node.inputs[scaleInput]?.constant;
  const zero = node.inputs[zeroInput]?.constant;
  if (scale) {
    const real = dequantized(seen.tensor.name, seen.tensor, scale.tensor, zero?.tensor ?? null, seen.channelAxis ?? 0, 0);
    if (real) return { suffix, tensor: real, channelAxis: seen.channelAxis, macs };
  }
  return { suffix, ...seen, macs };
}

const times = (...factors: (number | null | undefined)[]): number | null =>
  factors.reduce<number>((product, factor) => product * (factor ?? NaN), 1) || (factors.includes(0) ? 0 : null);

/** Output channels come first: [C_out, C_in / group, kernel…]. */
function convolution(node: NodeView, output: Value | undefined, input: number, scaleInput = -1, zeroInput = -1): Weight | null {
  const operand = constantInput(node, input, 3);
  if (!operand) return null;
  return weight(node, operand, 0, times(count(output?.dims), count(operand.shape.slice(1))), scaleInput, zeroInput);
}

/**
 * [C_in, C_out / group, kernel…]: axis 1. With groups one index of axis 1 stands for a channel of every group, so scales along it are shared
 * by the groups; that is what QuantizeLinear can say, and what ONNX Runtime's tools do.
 */
function transposedConvolution(node: NodeView): Weight | null {
  const operand = constantInput(node, 1, 3);
  if (!operand) return null;
  return weight(node, operand, 1, times(count(node.inputs[0]?.dims), count(operand.shape.slice(1))));
}

function gemm(node: NodeView, output: Value | undefined, right: number, scaleInput = -1, zeroInput = -1): (Weight | null)[] {
  const out = count(output?.dims);
  const b = constantInput(node, right, 2);
  if (b) {
    const transB = node.int('transB') === 1;
    return [weight(node, b, transB ? 0 : 1, times(out, b.shape[transB ? 1 : 0]), scaleInput, zeroInput)];
  }
  const a = constantInput(node, 0, 2);
  if (!a) return [];
  const transA = node.int('transA') === 1;
  return [weight(node, a, transA ? 1 : 0, times(out, a.shape[transA ? 0 : 1]))];
}

/** The weight is usually the right operand, its output channels last; as the left one they are second to last. */
function matMul(
  node: NodeView,
  output: Value | undefined,
  left: number,
  right: number,
  scaleInput = -1,
  zeroInput = -1,
): (Weight | null)[] {
  const out = count(output?.dims);
  const b = constantInput(node, right, 1);
  if (b) {
    const rank = b.shape.length;
    const flipped = node.int('transB') === 1;
    const inner = b.shape[flipped || rank === 1 ? rank - 1 : rank - 2];
    const axis = rank === 1 ? null : flipped ? rank - 2 : rank - 1;
    return [weight(node, b, axis, times(out, inner), scaleInput, zeroInput)];
  }
  const a = constantInput(node, left, 1);
  if (!a) return [];
  const rank = a.shape.length;
  const flipped = node.int('transA') === 1;
  const inner = a.shape[flipped && rank > 1 ? rank - 2 : rank - 1];
  const axis = rank === 1 ? null : flipped ? rank - 1 : rank - 2;
  return [weight(node, a, axis, times(out, inner))];
}

/** com.microsoft: codes of a matrix [N, K] in blocks along K; its rows are the output channels. */
function blockProduct(node: NodeView, output: Value | undefined): Weight | null {
  const [, codes, scales, zeros] = node.inputs;
  const rows = node.int('N') ?? 0;
  const columns = node.int('K') ?? 0;
  if (!codes?.constant?.ordered || !scales?.constant?.ordered || (zeros && !zeros.constant?.ordered)) return null;
  const tensor = unpacked({
    rows,
    columns,
    bits: node.int('bits') ?? 4,
    block: node.int('block_size') ?? 0,
    codes: codes.constant.tensor,
    scales: scales.constant.tensor,
    zeros: zeros?.constant?.tensor ?? null,
  });
  return tensor && { suffix: '', tensor, channelAxis: 0, macs: times(count(output?.dims), columns) };
}

/** com.microsoft: [hidden, q + k + v]. */
function attention(node: NodeView): Weight | null {
  const operand = constantInput(node, 1, 2);
  const rows = node.inputs[0]?.dims;
  return operand && weight(node, operand, 1, times(count(rows?.slice(0, -1)), count(operand.shape)));
}

/** W and R are [directions, gates · hidden, inputs]: the rows of axis 1 are the channels. */
function recurrent(node: NodeView): (Weight | null)[] {
  const rows = count(node.inputs[0]?.dims?.slice(0, 2)); // sequence and batch, in either layout
  return (['W', 'R'] as const).map((suffix, i) => {
    const operand = constantInput(node, 1 + i, 3);
    return operand && weight(node, operand, 1, times(rows, count(operand.shape)), -1, -1, suffix);
  });
}

/** A table of rows that are looked up: no arithmetic. */
function embedding(node: NodeView): Weight | null {
  const operand = constantInput(node, 0, 2);
  if (operand?.shape.length !== 2 || axisOf(node.int('axis') ?? 0, 2) !== 0) return null;
  return weight(node, operand, 0, 0);
}

/** `…ab,bc->…ac` and the like: one constant matrix, each of whose indices is summed or kept. */
function einsum(node: NodeView, output: Value | undefined): (Weight | null)[] {
  const equation = (node.text('equation') ?? '').replace(/\s/g, '');
  const [terms, kept, ...rest] = equation.split('->');
  const operands = terms.split(',');
  if (kept === undefined || rest.length > 0 || operands.length !== 2 || node.inputs.length !== 2) return [];
  const input = node.inputs[1]?.constant ? 1 : 0;
  const operand = constantInput(node, input, 2);
  const labels = Array.from(operands[input]);
  if (!operand || labels.length !== operand.shape.length || !labels.every((label) => /[A-Za-z]/.test(label))) return [];
  const channel = labels.findLastIndex((label) => kept.includes(label) && !operands[1 - input].includes(label));
  const summed = labels.map((label, axis) => (kept.includes(label) ? 1 : operand.shape[axis]));
  return [weight(node, operand, channel < 0 ? null : channel, times(count(output?.dims), count(summed)))];
}
