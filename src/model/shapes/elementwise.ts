import { count, known, listed, shaped, type Dims, type NodeView, type ShapeRule, type ShapeRules, type Value } from './value.js';

/** Shapes joined by numpy's rules; null when they do not fit or a rank is not known. */
export function broadcast(shapes: readonly (Dims | null | undefined)[]): Dims | null {
  if (shapes.length === 0 || shapes.some((dims) => !dims)) return null;
  const rank = Math.max(...shapes.map((dims) => dims!.length));
  return Array.from({ length: rank }, (_, i) => {
    let size: number | null = 1;
    for (const dims of shapes as Dims[]) {
      const at = i - rank + dims.length;
      const dim = at < 0 ? 1 : dims[at];
      // an open dimension is 1 or what the others are
      if (dim !== 1 && (size === 1 || size === null || dim !== null)) size = size === 1 || size === null ? dim : size;
    }
    return size;
  });
}

type Calculate = (...numbers: number[]) => number;

/** Element by element over inputs of one shape, or single numbers. */
function calculated(node: NodeView, calculate: Calculate, truncate: boolean): Dims | null {
  const lists = node.inputs.map((input) => input?.elements ?? null);
  if (lists.length === 0 || lists.some((list) => list === null)) return null;
  const length = Math.max(...lists.map((list) => list!.length));
  if (lists.some((list) => list!.length !== length && list!.length !== 1)) return null;
  return Array.from({ length }, (_, i) => {
    const result = known(calculate, ...lists.map((list) => list![list!.length === 1 ? 0 : i]));
    return result !== null && truncate ? Math.trunc(result) : result;
  });
}

const arithmetic =
  (calculate: Calculate, truncates = false): ShapeRule =>
  (node) => {
    const real = node.inputs.some((input) => input?.real);
    const dims = broadcast(node.inputs.map((input) => input?.dims));
    return [listed(dims, fitting(dims, calculated(node, calculate, truncates && !real)), real)];
  };

/** Elements only where there are as many as the shape has. */
const fitting = (dims: Dims | null, elements: Dims | null): Dims | null => (elements && count(dims) === elements.length ? elements : null);

const first: ShapeRule = (node) => [shaped(node.inputs[0]?.dims ?? null)];
const all: ShapeRule = (node) => [shaped(broadcast(node.inputs.map((input) => input?.dims)))];
const withElements =
  (calculate: Calculate): ShapeRule =>
  ({ inputs: [input] }) => [input && listed(input.dims, input.elements?.map((n) => known(calculate, n)) ?? null, input.real)];

const unary =
  `Acos Acosh Asin Asinh Atan Atanh BatchNormalization Bernoulli BitwiseNot Celu Clip Cos Cosh CumSum Dropout Elu Erf Exp FastGelu
  Gelu GroupNormalization HardSigmoid HardSwish Hardmax InstanceNormalization IsInf IsNaN LRN LayerNormalization LeakyRelu Log LogSoftmax
  LpNormalization MeanVarianceNormalization Mish Not PRelu QuickGelu QuantizeLinear DequantizeLinear RMSNormalization RandomNormalLike
  RandomUniformLike Reciprocal Relu Round ReverseSequence ScaledTanh Scatter ScatterElements ScatterND Selu Shrink Sigmoid Sign
  SimplifiedLayerNormalization Sin Sinh SkipLayerNormalization Softmax Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu Trilu EyeLike
  BiasGelu QLinearLeakyRelu QLinearSigmoid RotaryEmbedding FakeQuantize`.split(/\s+/);

const joined = 'And BitShift BitwiseAnd BitwiseOr BitwiseXor Greater GreaterOrEqual Less LessOrEqual Mean Or Pow Xor Mod'.split(' ');

/** Operators that work element by element, or at least keep the shape of their first input. */
export const elementwiseRules: ShapeRules = {
  ...Object.fromEntries(unary.map((op) => [op, first])),
  ...Object.fromEntries(joined.map((op) => [op, all])),
  Identity: ({ inputs: [input] }) => [input],
  Add: arithmetic((a, b) => a + b),
  Sub: arithmetic((a, b) => a - b),
  Mul: arithmetic((a, b) => a * b),
  Div: arithmetic((a, b) => (b === 0 ? NaN : a / b), true),
  Sum: arithmetic((...n) => n.reduce((a, b) => a + b, 0)),
  Max: arithmetic(Math.max),
  Min: arithmetic(Math.min),
  Equal: arithmetic((a, b) => Number(a === b)),
  Where: (node) => {
    const dims = broadcast(node.inputs.map((input) => input?.dims));
    return [listed(dims, fitting(dims, chosen(node)), node.inputs[1]?.real)];
  },
  Abs: withElements(Math.abs),
  Neg: withElements((n) => -n),
  Floor: withElements(Math.floor),
  Ceil: withElements(Math.ceil),
  Cast: (node) => {
    const [input] = node.inputs;
    const to = node.int('to') ?? 0;
    if (!input || NARROW_FLOATS.has(to)) return [shaped(input?.dims ?? null)];
    const real = to === FLOAT || to === DOUBLE;
    return [listed(input.dims, input.elements?.map((n) => (n === null || real ? n : Math.trunc(n))) ?? null, real)];
  },
  CastLike: first,
  QLinearAdd: quantizedPair,
  QLinearMul: quantizedPair,
  DynamicQuantizeLinear: ({ inputs: [input] }) => [shaped(input?.dims ?? null), shaped([]), shaped([])],
};

/** ONNX's numbers of the float types; the narrow ones round. */
const FLOAT = 1;
const DOUBLE = 11;
const NARROW_FLOATS = new Set([10, 16, 17, 18, 19, 20, 23, 24]);

function chosen({ inputs }: NodeView): Dims | null {
  const lists = inputs.map((input): Dims | null => input?.elements ?? null);
  const [condition, yes, no] = lists;
  if (!condition || !yes || !no) return null;
  const length = Math.max(condition.length, yes.length, no.length);
  const at = (list: Dims, i: number): number | null => (list.length === 1 ? list[0] : (list[i] ?? null));
  return Array.from({ length }, (_, i) => {
    const which = at(condition, i);
    return which === null ? null : at(which === 0 ? no : yes, i);
  });
}

/** a, its scale and zero point, b, … */
function quantizedPair({ inputs }: NodeView): Value[] {
  return [shaped(broadcast([inputs[0]?.dims, inputs[3]?.dims]))];
}
