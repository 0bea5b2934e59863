import type { GraphProto, TensorProto } from '../../model/readers/onnx/proto.js';
import { domainName } from '../../model/readers/onnx/functions.js';
import type { OnnxFile } from '../../model/readers/onnx/onnxFile.js';
import { dataTypeCode } from '../../model/writers/onnx/dataTypeCode.js';
import { ATTRIBUTE, GRAPH, MODEL, NODE, renamedValues, tensorMessage } from '../../model/writers/onnx/messages.js';
import { nodeMessage } from '../../model/writers/onnx/nodes.js';
import { fieldsOf, MessageWriter, type Bytes } from '../../model/writers/onnx/wire.js';
import type { ByteSource } from '../../model/types.js';
import type { Edits, NodeEdit } from './edits.js';
import { FUNCTION_NODE, type Body, type ModelTree, type TreeNode } from './tree.js';
import type { Upgrade } from './upgrade.js';
import type { NewTensor } from './weights.js';

/** How a model is to be written. */
export interface Writing {
  readonly tree: ModelTree;
  readonly edits: Edits;
  /** The version of the standard operators, and how nodes get there; null when it stays. */
  readonly opset: { readonly version: number; readonly upgrade: (body: Body) => Upgrade } | null;
  /** The IR version, at least. */
  readonly irVersion: number;
  /** Where the data of tensors goes; null: into the model file. */
  readonly beside: DataFile | null;
}

/** The file beside a model that holds the data of its tensors. */
export interface DataFile {
  /** Its name, without a folder. */
  readonly name: string;
  /** Bytes in it so far. */
  readonly length: number;
  /** Where `bytes` begin in it. */
  add(bytes: Bytes): number;
  /** All of it. */
  stream(): AsyncIterable<Uint8Array>;
}

/** Data is found faster where a page of memory begins; offsets are multiples of this. */
const PAGE = 4096;
/** Smaller tensors stay in the model file. */
const SMALL = 1024;

export function dataFile(name: string): DataFile {
  const parts: { readonly offset: number; readonly bytes: Bytes }[] = [];
  let end = 0;
  return {
    name,
    get length() {
      return end;
    },
    add(bytes) {
      const offset = Math.ceil(end / PAGE) * PAGE;
      parts.push({ offset, bytes });
      end = offset + bytes.length;
      return offset;
    },
    async *stream() {
      let at = 0;
      for (const { offset, bytes } of parts) {
        if (offset > at) yield new Uint8Array(offset - at);
        at = offset + bytes.length;
        if (bytes instanceof Uint8Array) yield bytes;
        else yield* bytes.read();
      }
    },
  };
}

/** Fields of messages that only exporters write. */
const FUNCTION_OPSET = 9;
const OPSET = { domain: 1, version: 2 } as const;
const TENSOR = { dims: 1, dataType: 2, name: 8, externalData: 13, dataLocation: 14 } as const;
const ENTRY = { key: 1, value: 2 } as const;
const EXTERNAL = 1;

/** The oldest IR version in which an initializer need not be an input as well. */
const FREE_INITIALIZERS = 4;

/** The model with its edits made; what did not change is copied byte by byte. */
export function writeModel(writing: Writing): MessageWriter {
  const { tree, opset } = writing;
  const fields = [...fieldsOf(tree.bytes)];
  const before = fields.find(({ number }) => number === MODEL.irVersion)?.value ?? 0;
  const out = new MessageWriter();
  let graphs = 0;
  let functions = 0;
  let imported = false;
  for (const { number, whole, body } of fields) {
    if (number === MODEL.irVersion) out.int(MODEL.irVersion, Math.max(before, writing.irVersion, FREE_INITIALIZERS));
    else if (number === MODEL.graph) {
      if (graphs++ === 0) out.field(MODEL.graph, writeBody(tree.main, writing, before < FREE_INITIALIZERS));
    } else if (number === MODEL.functions) {
      const function_ = tree.functions[functions++];
      out.field(MODEL.functions, opset || writing.edits.touches(function_) ? writeBody(function_, writing, false) : body);
    } else if (number === MODEL.opsetImport && opset && isStandard(body)) {
      if (!imported) out.field(MODEL.opsetImport, new MessageWriter().field(OPSET.domain, '').int(OPSET.version, opset.version));
      imported = true;
    }
    // Training would go on from initializers that are codes now.
    else if (number !== MODEL.trainingInfo) out.copy(whole);
  }
  return out;
}

const utf8 = new TextDecoder();

function isStandard(opsetImport: Uint8Array): boolean {
  for (const { number, body } of fieldsOf(opsetImport)) if (number === OPSET.domain) return domainName(utf8.decode(body)) === '';
  return true;
}

/** The version of the standard operators that a function imports; null when it imports none. */
export function functionOpset(bytes: Uint8Array): number | null {
  for (const { number, body } of fieldsOf(bytes))
    if (number === FUNCTION_OPSET && isStandard(body))
      return [...fieldsOf(body)].find((field) => field.number === OPSET.version)?.value ?? null;
  return null;
}

/** @param free whether initializers need not be inputs any more, as they had to be: as inputs they would be no constants now */
function writeBody(body: Body, writing: Writing, free: boolean): MessageWriter | Uint8Array {
  const { edits, opset, beside, tree } = writing;
  if (!free && !opset && !beside && !edits.touches(body))
    return hasExternal(body, tree.file) ? writeChanged(body, writing, free) : body.bytes;
  return writeChanged(body, writing, free);
}

function writeChanged(body: Body, writing: Writing, free: boolean): MessageWriter {
  const { edits, opset, tree } = writing;
  const edit = edits.at(body);
  const dropped = edit?.dropped ?? NONE;
  const upgrade = opset?.upgrade(body) ?? null;
  const initialized = free ? new Set(body.graph?.initializer.map(({ name }) => name)) : NONE;
  const out = new MessageWriter();
  const field = body.graph ? GRAPH.node : FUNCTION_NODE;
  const at = { node: 0, initializer: 0, sparse: 0, input: 0 };
  // A function has no initializers: what is constant in it is a node.
  if (!body.graph) for (const constant of edit?.constants ?? []) out.field(field, constantNode(constant));
  for (const node of edit?.first ?? []) out.field(field, nodeMessage(node));
  for (const { number, whole, body: bytes } of fieldsOf(body.bytes)) {
    if (number === field) writeNode(out, field, body.nodes[at.node++], edit?.nodes, writing, upgrade);
    else if (!body.graph) {
      if (number === FUNCTION_OPSET && opset && isStandard(bytes))
        out.field(FUNCTION_OPSET, new MessageWriter().field(OPSET.domain, '').int(OPSET.version, opset.version));
      else out.copy(whole);
    } else if (number === GRAPH.initializer) {
      const proto = body.graph.initializer[at.initializer++];
      if (!dropped.has(proto.name)) writeStored(out, proto, whole, tree.file, writing.beside);
    } else if (number === GRAPH.sparseInitializer) {
      if (!dropped.has(body.graph.sparseInitializer[at.sparse++].values?.name ?? '')) out.copy(whole);
    } else if (number === GRAPH.input) {
      const { name } = body.graph.input[at.input++];
      if (!dropped.has(name) && !initialized.has(name)) out.copy(whole);
    } else out.copy(whole);
  }
  if (body.graph) for (const constant of edit?.constants ?? []) writeTensor(out, constant, writing.beside);
  return out;
}

/** `AttributeProto.type` of a tensor. */
const TENSOR_TYPE = 4;

function constantNode({ name, dataType, shape, raw }: NewTensor): MessageWriter {
  const value = new MessageWriter()
    .field(ATTRIBUTE.name, 'value')
    .field(ATTRIBUTE.tensor, tensorMessage(name, { dataType, shape, raw }))
    .int(ATTRIBUTE.type, TENSOR_TYPE);
  return new MessageWriter().field(NODE.output, name).field(NODE.opType, 'Constant').field(NODE.attribute, value);
}

const NONE: ReadonlySet<string> = new Set();

function writeNode(
  out: MessageWriter,
  field: number,
  node: TreeNode,
  nodes: ReadonlyMap<TreeNode, NodeEdit> | undefined,
  writing: Writing,
  upgrade: Upgrade | null,
): void {
  const edit = nodes?.get(node);
  if (!edit?.removed) {
    const upgraded = upgrade && domainName(node.proto.domain) === '' ? upgrade(node.proto, node.bytes) : null;
    if (upgraded) for (const message of upgraded) out.field(field, message);
    else {
      const renamed =
        edit && (edit.inputs.size > 0 || edit.outputs.size > 0) ? renamedValues(node.bytes, edit.inputs, edit.outputs) : node.bytes;
      out.field(field, node.inner.length > 0 ? withGraphs(renamed, node, writing) : renamed);
    }
  }
  for (const message of edit?.after ?? []) out.field(field, nodeMessage(message));
}

/** A node with its subgraphs written anew. */
function withGraphs(bytes: Uint8Array, { inner }: TreeNode, writing: Writing): MessageWriter {
  const out = new MessageWriter();
  let next = 0;
  for (const attribute of fieldsOf(bytes)) {
    const fields = attribute.number === NODE.attribute ? [...fieldsOf(attribute.body)] : [];
    if (!fields.some(({ number }) => number === ATTRIBUTE.graph || number === ATTRIBUTE.graphs)) {
      out.copy(attribute.whole);
      continue;
    }
    const message = new MessageWriter();
    for (const kind of [ATTRIBUTE.graph, ATTRIBUTE.graphs])
      for (const { number } of fields) if (number === kind) message.field(kind, writeBody(inner[next++], writing, false));
    for (const { number, whole } of fields) if (number !== ATTRIBUTE.graph && number !== ATTRIBUTE.graphs) message.copy(whole);
    out.field(NODE.attribute, message);
  }
  return out;
}

/** Whether a graph, or one inside it, has initializers whose data is beside the file. */
function hasExternal(body: Body, file: OnnxFile): boolean {
  const own = (graph: GraphProto): boolean => graph.initializer.some(({ dataLocation }) => dataLocation === EXTERNAL);
  return (body.graph !== null && own(body.graph)) || body.nodes.some(({ inner }) => inner.some((graph) => hasExternal(graph, file)));
}

/** An initializer of the file: as it is, or with its data where it is to be now. */
function writeStored(out: MessageWriter, proto: TensorProto, whole: Uint8Array, { tensors }: OnnxFile, beside: DataFile | null): void {
  const { name, dataType, shape, byteLength, raw } = tensors.get(proto)!.tensor;
  if (!raw || (proto.dataLocation !== EXTERNAL && !(beside && byteLength >= SMALL))) out.copy(whole);
  else writeTensor(out, { name, dataType, shape, raw: streamed(raw) }, beside);
}

const STRETCH = 1 << 24;

const streamed = (source: ByteSource): Bytes => ({
  length: source.byteLength,
  read: async function* () {
    for (let start = 0; start < source.byteLength; start += STRETCH)
      yield await source.slice(start, Math.min(source.byteLength, start + STRETCH));
  },
});

function writeTensor(out: MessageWriter, { name, dataType, shape, raw }: NewTensor, beside: DataFile | null): void {
  if (!beside || raw.length < SMALL) {
    out.field(GRAPH.initializer, tensorMessage(name, { dataType, shape, raw }));
    return;
  }
  const tensor = new MessageWriter();
  for (const dim of shape) tensor.int(TENSOR.dims, dim);
  tensor.int(TENSOR.dataType, dataTypeCode(dataType)).field(TENSOR.name, name);
  const offset = beside.add(raw);
  for (const [key, value] of [
    ['location', beside.name],
    ['offset', String(offset)],
    ['length', String(raw.length)],
  ])
    tensor.field(TENSOR.externalData, new MessageWriter().field(ENTRY.key, key).field(ENTRY.value, value));
  out.field(GRAPH.initializer, tensor.int(TENSOR.dataLocation, EXTERNAL));
}
