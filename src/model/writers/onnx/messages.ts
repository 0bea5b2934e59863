/** Messages of an ONNX model that are written anew: values' declarations, tensors, single nodes. Field numbers are those of onnx.proto. */

import { dataTypeCode } from './dataTypeCode.js';
import type { DataType } from '../../types.js';
import { fieldsOf, MessageWriter, type Bytes } from './wire.js';

/** Field numbers of the messages that are cut up and put together. */
export const MODEL = { irVersion: 1, graph: 7, opsetImport: 8, trainingInfo: 20, functions: 25 } as const;
export const GRAPH = {
  node: 1,
  name: 2,
  initializer: 5,
  docString: 10,
  input: 11,
  output: 12,
  valueInfo: 13,
  quantization: 14,
  sparseInitializer: 15,
} as const;
export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const;
export const ATTRIBUTE = {
  name: 1,
  float: 2,
  int: 3,
  text: 4,
  tensor: 5,
  graph: 6,
  floats: 7,
  ints: 8,
  graphs: 11,
  type: 20,
  reference: 21,
} as const;
export const FUNCTION = { node: 7, opsetImport: 9, defaults: 11 } as const;
export const OPSET = { domain: 1, version: 2 } as const;

/** A dense tensor's values, to be written as an initializer. */
export interface TensorBytes {
  readonly dataType: DataType;
  readonly shape: readonly number[];
  /** ONNX's raw form: little-endian, row-major. */
  readonly raw: Uint8Array;
}

/** A `TensorProto`; without a name for a tensor in an attribute. */
export function tensorMessage(name: string, { dataType, shape, raw }: Omit<TensorBytes, 'raw'> & { readonly raw: Bytes }): MessageWriter {
  const out = new MessageWriter();
  for (const dim of shape) out.int(1, dim);
  out.int(2, dataTypeCode(dataType));
  if (name !== '') out.field(8, name);
  return out.field(9, raw);
}

/** What is known of a value that a piece takes in: null dims are open. */
export interface Declaration {
  readonly dataType: DataType;
  readonly shape: readonly (number | null)[];
}

/** A `ValueInfoProto`; without a declaration only its name, which is enough for outputs. */
export function valueMessage(name: string, declared?: Declaration): MessageWriter {
  const out = new MessageWriter().field(1, name);
  if (!declared) return out;
  const shape = new MessageWriter();
  for (const dim of declared.shape) shape.field(1, dim === null ? new MessageWriter() : new MessageWriter().int(1, dim));
  const tensor = new MessageWriter().int(1, dataTypeCode(declared.dataType)).field(2, shape);
  return out.field(2, new MessageWriter().field(1, tensor));
}

/** A `NodeProto` that passes a value on under another name. */
export function identityMessage(from: string, to: string): Uint8Array {
  return new MessageWriter().field(NODE.input, from).field(NODE.output, to).field(NODE.opType, 'Identity').finish();
}

/** A node without its name; all else is copied. */
export function unnamed(node: Uint8Array): Uint8Array {
  const out = new MessageWriter();
  for (const field of fieldsOf(node)) if (field.number !== NODE.name) out.copy(field.whole);
  return out.finish();
}

/** A node that takes `to` where it took `from`, at its inputs `[at]`; all else is copied. */
export function rewired(node: Uint8Array, at: number, to: string): Uint8Array {
  const out = new MessageWriter();
  let input = 0;
  for (const field of fieldsOf(node)) {
    if (field.number === NODE.input && input++ === at) out.field(NODE.input, to);
    else out.copy(field.whole);
  }
  return out.finish();
}

/**
 * A node that takes and gives other values, by their places; all else is copied. Inputs that it had none of are added, and left out where nothing is said of them.
 */
export function renamedValues(node: Uint8Array, inputs: ReadonlyMap<number, string>, outputs: ReadonlyMap<number, string>): Uint8Array {
  const out = new MessageWriter();
  const fields = [...fieldsOf(node)];
  const had = fields.filter(({ number }) => number === NODE.input).length;
  const last = Math.max(-1, ...inputs.keys());
  let [input, output] = [0, 0];
  for (const { number, whole } of fields) {
    const name = number === NODE.input ? inputs.get(input++) : number === NODE.output ? outputs.get(output++) : undefined;
    if (name === undefined) out.copy(whole);
    else out.field(number, name);
  }
  for (let at = had; at <= last; at++) out.field(NODE.input, inputs.get(at) ?? '');
  return out.finish();
}

/** The graphs in a node's attributes, in order of their attributes. */
export function graphsInside(node: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const attribute of fieldsOf(node)) {
    if (attribute.number !== NODE.attribute) continue;
    const fields = [...fieldsOf(attribute.body)];
    for (const kind of [ATTRIBUTE.graph, ATTRIBUTE.graphs]) for (const { number, body } of fields) if (number === kind) found.push(body);
  }
  return found;
}
