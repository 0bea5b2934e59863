import { ATTRIBUTE, NODE, tensorMessage, type TensorBytes } from './messages.js';
import { MessageWriter } from './wire.js';

/** The value of a node's attribute. */
export type AttributeValue =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly text: string }
  | { readonly tensor: TensorBytes };

/** A node that is to be written. */
export interface NewNode {
  readonly op: string;
  /** Empty for an input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** `AttributeProto.AttributeType`. */
const TYPE = { float: 1, int: 2, text: 3, tensor: 4, floats: 6, ints: 7 } as const;

/** An `AttributeProto`. */
export function attributeMessage(name: string, value: AttributeValue): MessageWriter {
  const out = new MessageWriter().field(ATTRIBUTE.name, name);
  if ('int' in value) return out.int(ATTRIBUTE.int, value.int).int(ATTRIBUTE.type, TYPE.int);
  if ('float' in value) return out.float(ATTRIBUTE.float, value.float).int(ATTRIBUTE.type, TYPE.float);
  if ('text' in value) return out.field(ATTRIBUTE.text, value.text).int(ATTRIBUTE.type, TYPE.text);
  if ('tensor' in value) return out.field(ATTRIBUTE.tensor, tensorMessage('', value.tensor)).int(ATTRIBUTE.type, TYPE.tensor);
  if ('floats' in value) {
    for (const float of value.floats) out.float(ATTRIBUTE.floats, float);
    return out.int(ATTRIBUTE.type, TYPE.floats);
  }
  for (const int of value.ints) out.int(ATTRIBUTE.ints, int);
  return out.int(ATTRIBUTE.type, TYPE.ints);
}

/** A `NodeProto` of the standard operators. */
export function nodeMessage({ op, inputs, outputs, name = '', attributes = {} }: NewNode): MessageWriter {
  const out = new MessageWriter();
  for (const input of inputs) out.field(NODE.input, input);
  for (const output of outputs) out.field(NODE.output, output);
  if (name !== '') out.field(NODE.name, name);
  out.field(NODE.opType, op);
  for (const [key, value] of Object.entries(attributes)) out.field(NODE.attribute, attributeMessage(key, value));
  return out;
}
