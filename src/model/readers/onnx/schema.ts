/**
 * The messages of an ONNX file as the skeleton walker needs them: what each field holds and what becomes of it. Field numbers are those of
 * onnx.proto up to ONNX 1.20; fields that are not listed are checked for their length and dropped.
 */

/** What becomes of a field. */
export const enum Kind {
  /** A varint, copied. */
  Varint = 1,
  /** Four bytes, copied. */
  Fixed32,
  /** A name: copied, and refused when absurdly long. */
  Text,
  /** Bytes of an attribute: copied unless they are many. */
  Blob,
  /** Numbers of an attribute: copied unless they are many, where they are is recorded. */
  List,
  /** Values of a tensor: not copied, where they are is recorded. */
  Payload,
  /** A nested message, walked. */
  Message,
}

/** How one number is written. */
export const Wire = { Varint: 0, Fixed64: 1, Bytes: 2, Fixed32: 5 } as const;
export type Wire = (typeof Wire)[keyof typeof Wire];

export interface Field {
  readonly kind: Kind;
  readonly wire: Wire;
  /** The number it gets in the skeleton; differs where our decoder's older schema does not know the field. */
  readonly as: number;
  readonly message: Message | null;
  /** The message is put into a fresh message under this number; 0 when it is not. */
  readonly wrapIn: number;
}

/** How messages are told apart in error texts, and their fields by number. */
export interface Message {
  readonly name: string;
  readonly fields: (Field | undefined)[];
  /** Field number under which the index of its data record is written (a `doc_string`, which is dropped otherwise), or 0. */
  readonly token: number;
}

const message = (name: string, token = 0): Message => ({ name, fields: [], token });

const model = message('model');
const graph = message('graph');
const node = message('node');
const attribute = message('attribute', 13);
const tensor = message('tensor', 12);
const sparseTensor = message('sparse tensor');
const valueInfo = message('value description');
const type = message('type');
const tensorType = message('tensor type');
const sequenceType = message('sequence type');
const mapType = message('map type');
const shape = message('shape');
const dimension = message('dimension');
const operatorSet = message('operator set');
const functionProto = message('function');
const entry = message('key and value');

const put = (into: Message, number: number, kind: Kind, wire: Wire, more: Partial<Field> = {}): void => {
  into.fields[number] = { kind, wire, as: number, message: null, wrapIn: 0, ...more };
};
const texts = (into: Message, ...numbers: number[]): void => numbers.forEach((n) => put(into, n, Kind.Text, Wire.Bytes));
const varints = (into: Message, ...numbers: number[]): void => numbers.forEach((n) => put(into, n, Kind.Varint, Wire.Varint));
const nested = (into: Message, number: number, of: Message, more: Partial<Field> = {}): void =>
  put(into, number, Kind.Message, Wire.Bytes, { message: of, ...more });

varints(model, 1, 5);
texts(model, 2, 3, 4);
nested(model, 7, graph);
nested(model, 8, operatorSet);
nested(model, 25, functionProto);

nested(graph, 1, node);
texts(graph, 2);
nested(graph, 5, tensor);
nested(graph, 11, valueInfo);
nested(graph, 12, valueInfo);
nested(graph, 13, valueInfo);
nested(graph, 15, sparseTensor);

texts(node, 1, 2, 3, 4, 7);
nested(node, 5, attribute);
put(node, 8, Kind.Text, Wire.Bytes, { as: 6 }); // overload → doc_string

texts(attribute, 1, 21);
varints(attribute, 3, 20);
put(attribute, 2, Kind.Fixed32, Wire.Fixed32);
put(attribute, 4, Kind.Blob, Wire.Bytes);
put(attribute, 9, Kind.Blob, Wire.Bytes);
put(attribute, 7, Kind.List, Wire.Fixed32);
put(attribute, 8, Kind.List, Wire.Varint);
nested(attribute, 5, tensor);
nested(attribute, 6, graph);
nested(attribute, 10, tensor);
nested(attribute, 11, graph);
nested(attribute, 22, sparseTensor);

put(tensor, 1, Kind.List, Wire.Varint);
varints(tensor, 2, 14);
put(tensor, 4, Kind.Payload, Wire.Fixed32);
put(tensor, 5, Kind.Payload, Wire.Varint);
put(tensor, 6, Kind.Payload, Wire.Bytes);
put(tensor, 7, Kind.Payload, Wire.Varint);
texts(tensor, 8);
put(tensor, 9, Kind.Payload, Wire.Bytes);
put(tensor, 10, Kind.Payload, Wire.Fixed64);
put(tensor, 11, Kind.Payload, Wire.Varint);
nested(tensor, 13, entry);

nested(sparseTensor, 1, tensor);
nested(sparseTensor, 2, tensor);
put(sparseTensor, 3, Kind.List, Wire.Varint);

texts(valueInfo, 1);
nested(valueInfo, 2, type);
nested(type, 1, tensorType);
nested(type, 4, sequenceType);
nested(type, 5, mapType);
nested(type, 8, tensorType);
nested(type, 9, sequenceType); // optional_type, which looks the same
nested(sequenceType, 1, type);
varints(mapType, 1);
nested(mapType, 2, type);
varints(tensorType, 1);
nested(tensorType, 2, shape);
nested(shape, 1, dimension);
varints(dimension, 1);
texts(dimension, 2);

texts(operatorSet, 1);
varints(operatorSet, 2);
texts(entry, 1, 2);

texts(functionProto, 1, 4, 5, 6, 10);
nested(functionProto, 7, node);
nested(functionProto, 9, operatorSet);
nested(functionProto, 11, attribute, { as: 5, wrapIn: 7 }); // attribute_proto (defaults) → a node without an operator that carries them
put(functionProto, 13, Kind.Text, Wire.Bytes, { as: 8 }); // overload → doc_string

export { model as modelMessage, tensor as tensorMessage, attribute as attributeMessage };
