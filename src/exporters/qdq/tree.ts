import { localFunctions } from '../../model/readers/onnx/functions.js';
import type { OnnxFile } from '../../model/readers/onnx/onnxFile.js';
import { subgraphs, topological } from '../../model/readers/onnx/order.js';
import type { FunctionProto, GraphProto, NodeProto } from '../../model/readers/onnx/proto.js';
import { ModelError } from '../../model/types.js';
import { graphsInside, GRAPH, MODEL } from '../../model/writers/onnx/messages.js';
import { fieldsOf, type FieldSlice } from '../../model/writers/onnx/wire.js';

/** A node, decoded and as it is in the file. */
export interface TreeNode {
  readonly proto: NodeProto;
  /** Its `NodeProto`, byte by byte. */
  readonly bytes: Uint8Array;
  /** Its subgraphs, in order of their attributes. */
  readonly inner: readonly Body[];
}

/** What holds nodes: a graph, or a function of the model. */
export interface Body {
  /** Its `GraphProto` or `FunctionProto`, byte by byte. */
  readonly bytes: Uint8Array;
  /** In the order of the file. */
  readonly nodes: readonly TreeNode[];
  /** Null for a function. */
  readonly graph: GraphProto | null;
  readonly outer: Body | null;
}

/** A model file as its messages and the bytes they are in. */
export interface ModelTree {
  readonly bytes: Uint8Array;
  readonly file: OnnxFile;
  readonly main: Body;
  /** In the order of the file. */
  readonly functions: readonly Body[];
}

/** `FunctionProto.node`. */
export const FUNCTION_NODE = 7;

/**
 * Lays the decoded messages of a file beside their bytes.
 * @param bytes the whole file, which `file` was decoded from
 * @throws ModelError when they do not fit each other.
 */
export function modelTree(bytes: Uint8Array, file: OnnxFile): ModelTree {
  const graphs: Uint8Array[] = [];
  const functions: Uint8Array[] = [];
  for (const { number, body } of fieldsOf(bytes)) {
    if (number === MODEL.graph) graphs.push(body);
    else if (number === MODEL.functions) functions.push(body);
  }
  const { graph, functions: protos } = file.proto;
  if (!graph || functions.length !== protos.length) throw damaged();
  return {
    bytes,
    file,
    // Parts of a message that come apart are one message, put one after the other.
    main: graphBody(graphs.length === 1 ? graphs[0] : concatenated(graphs), graph, null),
    functions: functions.map((function_, i) => functionBody(function_, protos[i])),
  };
}

function graphBody(bytes: Uint8Array, graph: GraphProto, outer: Body | null): Body {
  const body: { -readonly [key in keyof Body]: Body[key] } = { bytes, nodes: [], graph, outer };
  body.nodes = nodesOf(bytes, GRAPH.node, graph.node, body);
  return body;
}

function functionBody(bytes: Uint8Array, { node }: FunctionProto): Body {
  const body: { -readonly [key in keyof Body]: Body[key] } = { bytes, nodes: [], graph: null, outer: null };
  // The reader keeps defaults of attributes in a node without an operator.
  body.nodes = nodesOf(
    bytes,
    FUNCTION_NODE,
    node.filter(({ opType }) => opType !== ''),
    body,
  );
  return body;
}

function nodesOf(message: Uint8Array, field: number, protos: readonly NodeProto[], outer: Body): TreeNode[] {
  const found: FieldSlice[] = [...fieldsOf(message)].filter(({ number }) => number === field);
  if (found.length !== protos.length) throw damaged();
  return protos.map((proto, i) => {
    const bytes = found[i].body;
    const graphs = subgraphs(proto);
    const messages = graphs.length === 0 ? [] : graphsInside(bytes);
    if (messages.length !== graphs.length) throw damaged();
    return { proto, bytes, inner: graphs.map(({ graph }, g) => graphBody(messages[g], graph, outer)) };
  });
}

const damaged = (): ModelError => new ModelError('damaged ONNX file: its messages cannot be told apart: export it again');

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Where the walk through a model meets a node: the bodies whose values it can see, its own first. */
export interface Visit {
  readonly node: TreeNode;
  readonly scope: Scope;
}

/** A body, and where its values come from: the graph around it, or whoever calls the function. */
export interface Scope {
  readonly body: Body;
  readonly from: Scope | null;
}

/** All nodes as `Model.nodes` lists them: each followed by those of the function it calls, or of its subgraphs. */
export function visits({ main, functions, file }: ModelTree): readonly Visit[] {
  const find = localFunctions(file.proto.functions);
  const bodies = new Map(functions.map((body, i) => [calledNodes(file.proto.functions[i]), body]));
  const captured = new WeakMap<GraphProto, ReadonlySet<string>>();
  const found: Visit[] = [];
  const visit = (scope: Scope): void => {
    const at = new Map(scope.body.nodes.map((node) => [node.proto, node]));
    for (const proto of topological([...at.keys()], captured)) {
      const node = at.get(proto)!;
      found.push({ node, scope });
      const called = find(proto);
      const body = called && bodies.get(called.nodes[0] ?? null);
      if (body) visit({ body, from: scope });
      else if (!called) for (const inner of node.inner) visit({ body: inner, from: scope });
    }
  };
  visit({ body: main, from: null });
  return found;
}

/** What a function is told by: its first node. */
const calledNodes = ({ node }: FunctionProto): NodeProto | null => node.find(({ opType }) => opType !== '') ?? null;

/** All bodies of a model, outer ones before those inside them. */
export function* bodiesOf({ main, functions }: ModelTree): Generator<Body> {
  const open: Body[] = [...functions, main];
  for (let body = open.pop(); body; body = open.pop()) {
    yield body;
    for (const { inner } of body.nodes) open.push(...inner);
  }
}
