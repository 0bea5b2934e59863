import { HIGHEST_RANK } from '../../shapes/infer.js';
import type { Dims } from '../../shapes/value.js';
import { toNumber, type DimensionProto, type GraphProto, type TypeProto } from './proto.js';

/** The dims of a type; symbols become their known size, or null. */
export type ReadDims = (type: TypeProto | null | undefined) => Dims | null;

const BATCH = /^(n|b|bs|batch.*|.*batch(_?size)?)$/i;
const NOT_BATCH = /seq|time|len|height|width|frame|step|token|^[hwt]$/i;
const RECURRENT = new Set(['LSTM', 'GRU', 'RNN']);

function dimsOf(type: TypeProto | null | undefined): readonly DimensionProto[] | null {
  const dims = tensorType(type)?.shape?.dim;
  return dims && dims.length <= HIGHEST_RANK ? dims : null;
}

function tensorType(type: TypeProto | null | undefined): TypeProto['tensorType'] {
  return type?.tensorType ?? type?.optionalType?.elemType?.tensorType ?? null;
}

/** A dimension as it is declared: a size, a symbol, or null. */
export function declaredDim(dim: DimensionProto): number | string | null {
  if (dim.value === 'dimParam') return dim.dimParam || null;
  const size = dim.value === 'dimValue' ? toNumber(dim.dimValue) : 0;
  // exporters write 0 or −1 where they do not know
  return size > 0 ? size : null;
}

export function declaredShape(type: TypeProto | null | undefined): (number | string | null)[] | null {
  return dimsOf(type)?.map(declaredDim) ?? null;
}

/**
 * Figures are for one sample: an open first dimension of an input is taken to be the batch and set to 1, with every dimension of the same
 * symbol, and so is any symbol that is called like a batch. `batch` is the size of a first dimension that is fixed; counts are divided by it.
 */
export function bindBatch(graph: GraphProto): { batch: number; read: ReadDims; readInput: ReadDims } {
  const ones = new Set<string>();
  const initialized = new Set(graph.initializer.map((tensor) => tensor.name));
  const inputs = graph.input.filter((input) => !initialized.has(input.name));
  for (const { type } of inputs) {
    const first = declaredShape(type)?.[0];
    if (typeof first === 'string' && !NOT_BATCH.test(first)) ones.add(first);
  }
  const size = (dim: DimensionProto): number | null => {
    const declared = declaredDim(dim);
    return typeof declared !== 'string' ? declared : ones.has(declared) || BATCH.test(declared) ? 1 : null;
  };
  const read: ReadDims = (type) => dimsOf(type)?.map(size) ?? null;
  return {
    batch: fixedBatch(graph, inputs),
    read,
    readInput: (type) => read(type)?.map((dim, axis) => dim ?? (axis === 0 && declaredShape(type)?.[0] === null ? 1 : null)) ?? null,
  };
}

function fixedBatch(graph: GraphProto, inputs: GraphProto['input']): number {
  for (const { name, type } of inputs) {
    const dims = declaredShape(type);
    if (!dims || dims.length < 2) continue;
    const timeFirst = graph.node.some(
      (node) =>
        RECURRENT.has(node.opType) && node.input[0] === name && !node.attribute.some((a) => a.name === 'layout' && toNumber(a.i) === 1),
    );
    const first = dims[timeFirst ? 1 : 0];
    return typeof first === 'number' ? first : 1;
  }
  return 1;
}
