import { isFloat } from '../../dataTypes.js';
import { constant } from '../../derived/constant.js';
import { filled } from '../../derived/fill.js';
import { count, listed, repeated, type Value } from '../../shapes/value.js';
import type { Tensor } from '../../types.js';
import type { OnnxNode } from './nodeView.js';
import type { AttributeProto, SparseTensorProto, TensorProto } from './proto.js';

/** Gets at the tensors that are written in a file. */
export interface Literals {
  readonly tensorOf: (proto: TensorProto) => { tensor: Tensor; small: readonly number[] | null };
  readonly sparseOf: (proto: SparseTensorProto) => Tensor;
  /** `value_float(s)` and `value_int(s)`. */
  readonly listOf: (attribute: AttributeProto) => { tensor: Tensor; small: readonly number[] | null } | null;
}

/** Elements of a `ConstantOfShape`; more is no weight. */
const MOST_FILLED = 2 ** 24;

const LISTS = ['value_float', 'value_floats', 'value_int', 'value_ints'];

export function ofTensor(tensor: Tensor, small: readonly number[] | null): Value {
  return { ...listed(tensor.shape, small, isFloat(tensor.dataType)), constant: constant(tensor) };
}

/**
 * The value that is written in a Constant node, or that ConstantOfShape makes; null for all other nodes.
 * @param found is told of tensors that the file holds for it
 */
export function literal(
  node: OnnxNode,
  literals: Literals,
  found: (proto: TensorProto | SparseTensorProto, tensor: Tensor) => void,
): Value | null {
  const name = node.outputNames[0] ?? '';
  if (node.op === 'Constant') {
    const value = node.find('value')?.t;
    const sparse = node.find('sparse_value')?.sparseTensor;
    const { tensor, small } = value ? literals.tensorOf(value) : { tensor: sparse && literals.sparseOf(sparse), small: null };
    if (tensor) {
      const named = { ...tensor, name };
      found((value ?? sparse)!, named);
      return ofTensor(named, small);
    }
    const list = LISTS.map((key) => node.find(key)).find((attribute) => attribute !== undefined);
    const values = list && literals.listOf(list);
    return values ? ofTensor({ ...values.tensor, name }, values.small) : null;
  }
  return node.op === 'ConstantOfShape' ? constantOfShape(node, name, literals) : null;
}

function constantOfShape(node: OnnxNode, name: string, literals: Literals): Value | null {
  const shape = node.inputs[0]?.elements;
  const elements = count(shape);
  if (!shape?.every((dim) => Number.isSafeInteger(dim) && dim! >= 0) || elements === null || elements > MOST_FILLED) return null;
  const value = node.find('value')?.t;
  const { tensor, small } = value ? literals.tensorOf(value) : { tensor: { dataType: 'float32' as const }, small: [0] };
  if (small?.length !== 1) return null;
  const made = filled(name, tensor.dataType, shape as readonly number[], elements, small[0]);
  return ofTensor(made, repeated(elements, small[0]) as readonly number[] | null);
}
