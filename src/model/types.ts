/** A model as the product sees it, whatever file it came from. Plain data; only tensors know how to read themselves. */

/** Bytes of a file, read when needed. Implementations: an open file, memory. */
export interface ByteSource {
  readonly byteLength: number;
  /**
   * Bytes `[start, end)`; throws RangeError outside the source. The result may be a view: do not write to it. It is `into`, which is as long, when the source has
   * used that instead of memory of its own.
   */
  slice(start: number, end: number, into?: Uint8Array): Promise<Uint8Array>;
}

/** How a reader gets at files beside the model. Rejects names that lead outside the model's folder. */
export type OpenSibling = (name: string) => Promise<ByteSource>;

export type DataType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'float8e4m3fn'
  | 'float8e4m3fnuz'
  | 'float8e5m2'
  | 'float8e5m2fnuz'
  | 'float8e8m0'
  | 'float4e2m1'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'int4'
  | 'uint4'
  | 'int2'
  | 'uint2'
  | 'bool'
  | 'string'
  | 'complex64'
  | 'complex128';

export interface Tensor {
  readonly name: string;
  readonly dataType: DataType;
  readonly shape: readonly number[];
  readonly elements: number;
  /** Bytes it takes in the file. */
  readonly byteLength: number;
  /**
   * Elements `[start, end)` in row-major order, as float32 (wider types are rounded). The array is the caller's to keep. It is `into`, which is as long, when they could
   * be read there without a copy.
   */
  read(start: number, end: number, into?: Float32Array): Promise<Float32Array>;
}

/** A value of the graph: `null` dims are dynamic. */
export interface ValueInfo {
  readonly name: string;
  readonly dataType: DataType | null;
  readonly shape: readonly (number | string | null)[] | null;
}

export interface GraphNode {
  /** Path-like and unique: nodes of subgraphs are prefixed with their owner's name. */
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /**
   * What it computes from: the index of a node in `Model.nodes`, or −1 − the index of one of the model's inputs; constants have none. A node that
   * runs others (a subgraph, a function) computes from what they give too.
   */
  readonly sources: readonly number[];
}

/** One weight of one operator. Recurrent operators give one layer per weight. */
export interface Layer {
  /** Unique: that of its node, with `#W` or `#R` for recurrent operators. */
  readonly name: string;
  readonly op: string;
  /** Index of its node in `Model.nodes`. */
  readonly node: number;
  /**
   * What is to be quantized, under the name of the value in the graph that has this shape and these numbers. A weight that is only moved about
   * (transposed, reshaped, cast to a wider type) is the tensor as it is stored.
   */
  readonly weight: Tensor;
  /** Axis of the weight's shape along which per-channel scales run; null when there is none. */
  readonly channelAxis: number | null;
  /** Multiply-accumulates for one sample (batch 1); null when the shapes cannot be inferred. */
  readonly macs: number | null;
}

export interface Model {
  readonly format: 'onnx';
  /** Bytes of the model file and of its external data. */
  readonly bytes: number;
  readonly opset: number;
  readonly producer: string;
  /**
   * Elements of all weight tensors, biases included, shared ones counted once: initializers and constants of more than one element that are
   * floats or integers of 2 to 16 bits, and the 32-bit biases of quantized layers; scales and zero points are left out.
   */
  readonly parameters: number;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Where each of the outputs comes from, as in `GraphNode.sources`; null for constants. */
  readonly outputSources: readonly (number | null)[];
  /** In topological order, nodes of subgraphs after the node that owns them. */
  readonly nodes: readonly GraphNode[];
  /**
   * Elements of every value that is no constant, by name and for one sample: inputs and what nodes give, in subgraphs too but not inside functions. Null
   * where the shape cannot be inferred.
   */
  readonly elements: ReadonlyMap<string, number | null>;
  readonly layers: readonly Layer[];
  readonly warnings: readonly string[];
}

/** The file is not what it should be: `message` is one line that says what was found, where, and what to do. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}
