import { onnx } from 'onnx-proto';
import { openModel } from '../../../src/model/open.js';
import { memorySource } from '../../../src/model/memorySource.js';
import { ModelError, type Model, type OpenSibling } from '../../../src/model/types.js';

const Type = onnx.AttributeProto.AttributeType;

/** Small models for tests, written with the schema's own encoder. */

type AttributeValue =
  | number
  | string
  | readonly number[]
  | onnx.ITensorProto
  | { readonly graph: onnx.IGraphProto }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly ref: string };

export function floats(name: string, dims: readonly number[], values?: readonly number[]): onnx.ITensorProto {
  const count = dims.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from(values ?? Array.from({ length: count }, (_, i) => i / 8 - 1));
  return { name, dims: [...dims], dataType: 1, rawData: new Uint8Array(data.buffer) };
}

export function ints(name: string, values: readonly number[], dims: readonly number[] = [values.length]): onnx.ITensorProto {
  return { name, dims: [...dims], dataType: 7, rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) };
}

function attribute(name: string, value: AttributeValue): onnx.IAttributeProto {
  if (typeof value === 'number') return { name, type: Type.INT, i: value };
  if (typeof value === 'string') return { name, type: Type.STRING, s: new TextEncoder().encode(value) };
  if (Array.isArray(value)) return { name, type: Type.INTS, ints: [...(value as number[])] };
  if ('graph' in value) return { name, type: Type.GRAPH, g: value.graph };
  if ('floats' in value) return { name, type: Type.FLOATS, floats: [...value.floats] };
  if ('float' in value) return { name, type: Type.FLOAT, f: value.float };
  if ('ref' in value) return { name, refAttrName: value.ref, type: Type.INT };
  return { name, type: Type.TENSOR, t: value as onnx.ITensorProto };
}

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  name = '',
  domain = '',
): onnx.INodeProto {
  return {
    opType,
    name,
    domain,
    input: [...input],
    output: [...output],
    attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  };
}

export function value(name: string, dims: readonly (number | string)[] | null, elemType = 1): onnx.IValueInfoProto {
  const dim = dims?.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d }));
  return { name, type: { tensorType: dim ? { elemType, shape: { dim } } : { elemType } } };
}

export function graph(parts: onnx.IGraphProto): onnx.IGraphProto {
  return { name: 'g', ...parts };
}

export function model(parts: onnx.IGraphProto, more: onnx.IModelProto = {}): Uint8Array {
  return onnx.ModelProto.encode({ irVersion: 8, opsetImport: [{ domain: '', version: 17 }], graph: graph(parts), ...more }).finish();
}

export const noSiblings: OpenSibling = (name) => Promise.reject(new ModelError(`external data file ${name} is missing`));

export function open(bytes: Uint8Array, siblings: OpenSibling = noSiblings): Promise<Model> {
  return openModel(memorySource(bytes), siblings);
}

/** The message of the ModelError that opening gives; anything else fails the test. */
export async function refusal(bytes: Uint8Array, siblings: OpenSibling = noSiblings): Promise<string> {
  try {
    await open(bytes, siblings);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    if (error.message.includes('\n')) throw new Error(`more than one line: ${error.message}`, { cause: error });
    return error.message;
  }
  throw new Error('it opened');
}
