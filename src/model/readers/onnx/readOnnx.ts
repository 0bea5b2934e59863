import { checkElements } from '../../checkElements.js';
import { MOST_ELEMENTS } from '../../shapes/value.js';
import { ModelError, type ByteSource, type DataType, type Model, type OpenSibling, type Tensor, type ValueInfo } from '../../types.js';
import { elementType } from './elementTypes.js';
import { domainName, localFunctions } from './functions.js';
import { openOnnxFile } from './onnxFile.js';
import { toNumber, type AttributeProto, type ValueInfoProto } from './proto.js';
import { denseTensor } from './sparse.js';
import { bindBatch, declaredShape } from './symbols.js';
import { floatList, type TensorFile } from './tensors.js';
import { walkModel } from './walk.js';

/**
 * Reads an ONNX model; weights stay in the file until they are read.
 * @throws ModelError when the file is damaged, or data beside it is missing.
 */
export async function readOnnx(source: ByteSource, siblings: OpenSibling): Promise<Model> {
  const file = await openOnnxFile(source, siblings);
  const { proto, tensors, external } = file;
  const { graph } = proto;
  if (!graph || proto.opsetImport.length + graph.node.length + graph.input.length + graph.output.length + graph.initializer.length === 0)
    throw new ModelError('not an ONNX model: there is no graph in it: choose the .onnx file the model was exported to');

  const { batch, read, readInput } = bindBatch(graph);
  const initialized = new Set(graph.initializer.map((tensor) => tensor.name));
  const inputs = graph.input.filter(({ name }) => !initialized.has(name));
  const walked = walkModel(graph, {
    literals: {
      tensorOf: (tensor) => tensors.get(tensor)!,
      sparseOf: (sparse) => denseTensor(sparse, (part) => tensors.get(part)!.tensor),
      listOf: (attribute) => listOf(file, attribute),
    },
    findFunction: localFunctions(proto.functions),
    readDims: read,
    readInputDims: readInput,
    batch,
    inputs: inputs.map(({ name }) => name),
  });

  return {
    format: 'onnx',
    bytes: source.byteLength + external.byteLength,
    opset: Math.max(0, ...proto.opsetImport.filter(({ domain }) => domainName(domain) === '').map(({ version }) => toNumber(version))),
    producer: [proto.producerName, proto.producerVersion].filter(Boolean).join(' '),
    inputs: inputs.map(valueInfo),
    outputs: graph.output.map(valueInfo),
    ...walked,
  };
}

function valueInfo({ name, type }: ValueInfoProto): ValueInfo {
  const dataType: DataType | null = elementType(type?.tensorType?.elemType ?? type?.optionalType?.elemType?.tensorType?.elemType ?? 0);
  return { name, dataType, shape: declaredShape(type) };
}

/** `value_float(s)` and `value_int(s)` of a Constant as a tensor. */
function listOf(file: TensorFile, attribute: AttributeProto): { tensor: Tensor; small: readonly number[] | null } | null {
  const real = attribute.name.startsWith('value_float');
  if (attribute.docString !== '') {
    const tensor = real ? floatList(file, attribute) : null;
    return tensor && { tensor, small: null };
  }
  const isList = attribute.name.endsWith('s');
  const numbers = real ? (isList ? attribute.floats : [attribute.f]) : (isList ? attribute.ints : [attribute.i]).map(toNumber);
  return {
    tensor: valuesTensor(real ? 'float32' : 'int64', isList ? [numbers.length] : [], numbers),
    small: numbers.length <= MOST_ELEMENTS ? numbers : null,
  };
}

function valuesTensor(dataType: 'float32' | 'int64', shape: readonly number[], numbers: readonly number[]): Tensor {
  const values = Float32Array.from(numbers);
  return {
    name: '',
    dataType,
    shape,
    elements: values.length,
    byteLength: values.length * (dataType === 'float32' ? 4 : 8),
    read(start, end) {
      checkElements(start, end, values.length, '');
      return Promise.resolve(values.slice(start, end));
    },
  };
}
