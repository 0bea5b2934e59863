import { roundHalfEven } from '../../core/formats/index.js';
import { domainName } from '../../model/readers/onnx/functions.js';
import type { Tensor } from '../../model/types.js';
import type { NewNode } from '../../model/writers/onnx/nodes.js';
import { attribute, type Finder } from './places.js';
import type { Visit } from './tree.js';
import type { NewTensor } from './weights.js';

/** The bias of a layer: a constant for every output channel, added to its products. */
export interface Bias {
  /** Its place among the node's inputs. */
  readonly input: number;
  readonly name: string;
  readonly tensor: Tensor;
}

/** The bias of a convolution or Gemm when it is a constant of one number for each output channel; null otherwise. */
export function biasOf({ node, scope }: Visit, find: Finder): Bias | null {
  const { opType, domain, input } = node.proto;
  if (domainName(domain) !== '' || !/^(Conv|ConvTranspose|Gemm)$/.test(opType) || !input[2]) return null;
  if (!find.isConstant(scope, input[1])) return null;
  if (opType === 'Gemm' && (attribute(node.proto, 'alpha')?.f ?? 1) !== (attribute(node.proto, 'beta')?.f ?? 1)) return null;
  const tensor = find.stored(scope, input[2]);
  if (tensor?.dataType !== 'float32' || tensor.elements === 0 || tensor.shape.at(-1) !== tensor.elements) return null;
  return { input: 2, name: input[2], tensor };
}

/** The largest code. */
const LARGEST = 2 ** 31 - 1;
const PER_TENSOR = 10;
const PER_AXIS = 13;

/** A bias as codes and what turns them back. */
export interface StoredBias {
  readonly tensors: readonly NewTensor[];
  readonly node: NewNode;
  readonly value: string;
  readonly opset: number;
}

/**
 * The bias as int32 at the scale of the products it is added to, s_x·s_w, as integer arithmetic needs it. Null when a code does not fit.
 * @param weightScales of the tensor, or of every channel
 * @param unique makes names that are taken by nothing else
 */
export async function storeBias(
  { name, tensor }: Bias,
  inputScale: number,
  weightScales: Float32Array,
  unique: (name: string) => string,
): Promise<StoredBias | null> {
  const { elements, shape } = tensor;
  const values = await tensor.read(0, elements);
  const perChannel = weightScales.length > 1;
  if (elements % weightScales.length !== 0) return null;
  // The groups of a transposed convolution share the scales of its weight.
  const scales = Float32Array.from({ length: perChannel ? elements : 1 }, (_, c) => inputScale * weightScales[c % weightScales.length]);
  const codes = new Int32Array(elements);
  for (let i = 0; i < elements; i++) {
    const code = roundHalfEven(values[i] / scales[perChannel ? i : 0]);
    if (!(Math.abs(code) <= LARGEST)) return null;
    codes[i] = code;
  }
  const [quantized, scale, value] = [unique(`${name}_quantized`), unique(`${name}_scale`), unique(`${name}_DequantizeLinear_Output`)];
  const bytes = (array: Int32Array | Float32Array): Uint8Array => new Uint8Array(array.buffer);
  return {
    tensors: [
      { name: quantized, dataType: 'int32', shape, raw: bytes(codes) },
      { name: scale, dataType: 'float32', shape: perChannel ? [elements] : [], raw: bytes(scales) },
    ],
    node: {
      op: 'DequantizeLinear',
      name: unique(`${name}_DequantizeLinear`),
      inputs: [quantized, scale],
      outputs: [value],
      ...(perChannel ? { attributes: { axis: { int: shape.length - 1 } } } : {}),
    },
    value,
    opset: perChannel ? PER_AXIS : PER_TENSOR,
  };
}
