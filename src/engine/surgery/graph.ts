import type { OnnxFile } from '../../model/readers/onnx/onnxFile.js';
import { captures, subgraphs, topological } from '../../model/readers/onnx/order.js';
import type { GraphProto, NodeProto, TensorProto, SparseTensorProto } from '../../model/readers/onnx/proto.js';
import { domainName } from '../../model/readers/onnx/functions.js';
import type { DataType } from '../../model/types.js';
import { elementType } from '../../model/readers/onnx/elementTypes.js';
import { ModelError } from '../../model/types.js';
import type { StoredTensor } from '../../model/readers/onnx/tensors.js';
import { GRAPH, MODEL, tensorMessage } from '../../model/writers/onnx/messages.js';
import { fieldsOf, MessageWriter } from '../../model/writers/onnx/wire.js';

/** A node of the graph as it is in the file, and what it hangs together with. */
export interface PartNode {
  readonly proto: NodeProto;
  /** Its `NodeProto`, byte by byte. */
  readonly bytes: Uint8Array;
  /** Values it takes, those that its subgraphs capture among them; each once. */
  readonly uses: readonly string[];
  readonly outputs: readonly string[];
  /** Where it was, if it was inside a function. */
  readonly within?: {
    /** The calls that lead to it, and the node itself, as they are in the file. */
    readonly calls: readonly NodeProto[];
    readonly proto: NodeProto;
    /** What the names of values inside these calls begin with now, the innermost first. */
    readonly prefixes: readonly string[];
  };
}

/** A constant of the file: writes itself as a field of a graph. */
export interface PartConstant {
  readonly name: string;
  /** Bytes it takes in a piece. */
  readonly byteLength: number;
  readonly write: (graph: MessageWriter) => Promise<void>;
}

/** A model taken apart: what pieces are made of. All nodes are those of the main graph, in topological order. */
export interface PartGraph {
  /** Fields of the `ModelProto` other than its graph, opset imports and functions among them. */
  readonly header: readonly Uint8Array[];
  readonly nodes: readonly PartNode[];
  readonly constants: ReadonlyMap<string, PartConstant>;
  /** Values a run is fed, with their element types; those with an initializer are constants. */
  readonly inputs: readonly { readonly name: string; readonly dataType: DataType }[];
  readonly outputs: readonly string[];
  /** Fields of the graph that nobody here knows. */
  readonly rest: readonly Uint8Array[];
  /** Folder that its external data is left in, for the runtime to read; null when constants carry all their values. */
  readonly folder: string | null;
}

const KNOWN: ReadonlySet<number> = new Set(Object.values(GRAPH));

/** The oldest version in which an initializer need not be an input as well. */
const FREE_INITIALIZERS = 4;

/**
 * Takes a model apart.
 * @param bytes the whole model file, which `file` was decoded from
 * @param folder where external data may stay; null to have it copied
 * @throws ModelError when the graph's messages and their decoded form do not fit each other.
 */
export function takeApart(bytes: Uint8Array, file: OnnxFile, folder: string | null = null): PartGraph {
  const { proto } = file;
  const header: Uint8Array[] = [];
  const graphs: Uint8Array[] = [];
  let version = 0;
  for (const field of fieldsOf(bytes)) {
    if (field.number === MODEL.graph) graphs.push(field.body);
    else if (field.number === MODEL.irVersion) version = field.value;
    else if (field.number !== MODEL.trainingInfo) header.push(field.whole);
  }
  header.unshift(new MessageWriter().int(MODEL.irVersion, Math.max(FREE_INITIALIZERS, version)).finish());
  if (graphs.length === 0 || !proto.graph) throw new ModelError('not an ONNX model: there is no graph in it');
  const graph = proto.graph;
  const captured = new WeakMap<GraphProto, ReadonlySet<string>>();
  const body = graphParts(graphs, graph, file, { folder, captured });
  return {
    header,
    nodes: body.nodes,
    constants: body.constants,
    inputs: graph.input
      .filter(({ name }) => !body.constants.has(name))
      .map(({ name, type }) => ({ name, dataType: elementType(type?.tensorType?.elemType ?? 0) ?? 'float32' })),
    outputs: graph.output.map(({ name }) => name),
    rest: graphs.flatMap((message) => [...fieldsOf(message)].filter(({ number }) => !KNOWN.has(number)).map(({ whole }) => whole)),
    folder,
  };
}

/** Nodes and constants of one graph message, which may come in several parts. */
export function graphParts(
  messages: readonly Uint8Array[],
  graph: GraphProto,
  file: OnnxFile,
  { folder, captured = new WeakMap() }: { readonly folder: string | null; readonly captured?: WeakMap<GraphProto, ReadonlySet<string>> },
): { readonly nodes: readonly PartNode[]; readonly constants: ReadonlyMap<string, PartConstant> } {
  const nodeBytes: Uint8Array[] = [];
  const constants = new Map<string, PartConstant>();
  let initializers = 0;
  let sparse = 0;
  const keep = (constant: PartConstant): void => {
    if (!constants.has(constant.name)) constants.set(constant.name, constant);
  };
  for (const message of messages)
    for (const { number, body, whole } of fieldsOf(message)) {
      if (number === GRAPH.node) nodeBytes.push(body);
      else if (number === GRAPH.initializer) keep(constantOf(file, graph.initializer[initializers++], whole, folder));
      else if (number === GRAPH.sparseInitializer) keep(sparseConstant(graph.sparseInitializer[sparse++], whole));
    }
  if (nodeBytes.length !== graph.node.length) throw new ModelError('damaged ONNX file: its nodes cannot be told apart: export it again');
  const bytesOf = new Map(graph.node.map((node, i) => [node, nodeBytes[i]]));
  const nodes = topological(graph.node, captured).map((node) => partNode(node, bytesOf.get(node)!, captured));
  return { nodes, constants };
}

export function partNode(proto: NodeProto, bytes: Uint8Array, captured: WeakMap<GraphProto, ReadonlySet<string>>): PartNode {
  const uses = new Set(proto.input.filter((name) => name !== ''));
  for (const { graph } of subgraphs(proto)) for (const name of captures(graph, captured)) uses.add(name);
  return { proto, bytes, uses: [...uses], outputs: proto.output.filter((name) => name !== '') };
}

/** An initializer as a constant of pieces. @param folder where external data may stay; null to have it copied */
export function constantOf({ tensors }: OnnxFile, proto: TensorProto, whole: Uint8Array, folder: string | null): PartConstant {
  const { name } = proto;
  const { tensor } = tensors.get(proto)!;
  if (proto.dataLocation !== 1 || folder !== null)
    return { name, byteLength: whole.length, write: (graph) => Promise.resolve(void graph.copy(whole)) };
  // The piece will lie beside no other file.
  return {
    name,
    byteLength: tensor.byteLength,
    write: async (graph) => void graph.field(GRAPH.initializer, tensorMessage(name, { ...tensor, raw: await rawBytes(tensor) })),
  };
}

/** All of a stored tensor in ONNX's raw form. */
export async function rawBytes({ raw, name }: StoredTensor): Promise<Uint8Array> {
  if (!raw) throw new ModelError(`tensor ${name} holds no numbers`);
  return raw.slice(0, raw.byteLength);
}

function sparseConstant({ values }: SparseTensorProto, whole: Uint8Array): PartConstant {
  return { name: values?.name ?? '', byteLength: whole.length, write: (graph) => Promise.resolve(void graph.copy(whole)) };
}

/** A constant that was not in the file. */
export function newConstant(name: string, dataType: DataType, shape: readonly number[], raw: Uint8Array): PartConstant {
  return {
    name,
    byteLength: raw.length,
    write: (graph) => Promise.resolve(void graph.field(GRAPH.initializer, tensorMessage(name, { dataType, shape, raw }))),
  };
}

/** Operators that give something else every time, or depend on more than their inputs. */
const CHANGING =
  /^(Random(Normal|Uniform)(Like)?|Multinomial|Bernoulli|If|Loop|Scan|SequenceMap|Optional.*|Sequence.*|SplitToSequence|ConcatFromSequence)$/;
/** Quantization is left where it is: the runtime has kernels of its own for operators around it. */
const QUANTIZING = /^(Quantize|Dequantize)Linear$/;

export interface Constness {
  /** For every node whether its outputs depend on constants alone. */
  readonly constant: readonly boolean[];
  /** Values that such nodes give, which can be written as numbers once they are known. */
  readonly foldable: ReadonlySet<string>;
}

/** Which nodes depend on constants alone. */
export function findConstants(graph: Pick<PartGraph, 'nodes' | 'constants'>): Constness {
  const known = new Set(graph.constants.keys());
  const kept = new Set<string>();
  const foldable = new Set<string>();
  const constant = graph.nodes.map(({ proto, uses, outputs }) => {
    const domain = domainName(proto.domain);
    const is = (domain === '' || domain === 'com.microsoft') && !CHANGING.test(proto.opType) && uses.every((name) => known.has(name));
    if (!is) return false;
    const stays = QUANTIZING.test(proto.opType) || uses.some((name) => kept.has(name));
    for (const name of outputs) {
      known.add(name);
      if (stays) kept.add(name);
      else if (proto.opType !== 'Constant') foldable.add(name);
    }
    return true;
  });
  return { constant, foldable };
}
