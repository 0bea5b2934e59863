import { onnx } from 'onnx-proto';
import { ModelError } from '../../types.js';

/**
 * The decoded messages as this reader uses them. `onnx-proto` declares int64 through a global type that does not exist; here it is what really
 * comes: a number, or a Long.
 */
export type Int = number | { toNumber(): number };

export interface TensorProto {
  readonly dims: readonly Int[];
  readonly dataType: number;
  readonly name: string;
  /** Index of its data record, in decimal; empty when it has none. */
  readonly docString: string;
  readonly externalData: readonly { readonly key: string; readonly value: string }[];
  readonly dataLocation: number;
}
export interface SparseTensorProto {
  readonly values?: TensorProto | null;
  readonly indices?: TensorProto | null;
  readonly dims: readonly Int[];
}
export interface AttributeProto {
  readonly name: string;
  readonly refAttrName: string;
  readonly type: number;
  readonly f: number;
  readonly i: Int;
  readonly s: Uint8Array;
  readonly t?: TensorProto | null;
  readonly g?: GraphProto | null;
  readonly floats: readonly number[];
  readonly ints: readonly Int[];
  readonly strings: readonly Uint8Array[];
  readonly tensors: readonly TensorProto[];
  readonly graphs: readonly GraphProto[];
  readonly sparseTensor?: SparseTensorProto | null;
  /** Index of the data record when the list was too long to copy. */
  readonly docString: string;
}
export interface NodeProto {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly attribute: readonly AttributeProto[];
  /** The overload of the function it calls. */
  readonly docString: string;
}
export interface DimensionProto {
  readonly dimValue?: Int | null;
  readonly dimParam?: string | null;
  readonly value?: 'dimValue' | 'dimParam';
}
export interface TensorTypeProto {
  readonly elemType: number;
  readonly shape?: { readonly dim: readonly DimensionProto[] } | null;
}
export interface TypeProto {
  readonly tensorType?: TensorTypeProto | null;
  readonly optionalType?: { readonly elemType?: TypeProto | null } | null;
}
export interface ValueInfoProto {
  readonly name: string;
  readonly type?: TypeProto | null;
}
export interface GraphProto {
  readonly name: string;
  readonly node: readonly NodeProto[];
  readonly initializer: readonly TensorProto[];
  readonly sparseInitializer: readonly SparseTensorProto[];
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
  readonly valueInfo: readonly ValueInfoProto[];
}
export interface FunctionProto {
  readonly name: string;
  readonly domain: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly string[];
  readonly node: readonly NodeProto[];
  /** Its overload. */
  readonly docString: string;
}
export interface ModelProto {
  readonly irVersion: Int;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly opsetImport: readonly { readonly domain: string; readonly version: Int }[];
  readonly graph?: GraphProto | null;
  readonly functions: readonly FunctionProto[];
}

/** Decodes a skeleton. @throws ModelError when its bytes are no `ModelProto`. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  try {
    return onnx.ModelProto.decode(bytes) as unknown as ModelProto;
  } catch (error) {
    throw new ModelError(`damaged ONNX file: ${String(error).split('\n')[0]}: fetch or export it again`, { cause: error });
  }
}

/** An int64 as a number, rounded beyond 2^53. */
export function toNumber(value: Int | null | undefined): number {
  return typeof value === 'object' ? (value?.toNumber() ?? 0) : (value ?? 0);
}
