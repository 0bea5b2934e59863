import { domainName, localFunctions, type FindFunction, type LocalFunction } from '../../model/readers/onnx/functions.js';
import type { OnnxFile } from '../../model/readers/onnx/onnxFile.js';
import { subgraphs } from '../../model/readers/onnx/order.js';
import type { AttributeProto, GraphProto, NodeProto } from '../../model/readers/onnx/proto.js';
import { ATTRIBUTE, FUNCTION, identityMessage, MODEL, NODE, OPSET } from '../../model/writers/onnx/messages.js';
import { fieldsOf, MessageWriter } from '../../model/writers/onnx/wire.js';
import { altered } from './altered.js';
import { partNode, type PartGraph, type PartNode } from './graph.js';

/** A function's body, byte by byte. */
interface Body {
  readonly called: LocalFunction;
  readonly nodes: readonly { readonly proto: NodeProto; readonly bytes: Uint8Array }[];
  /** Attributes with defaults, by name. */
  readonly defaults: ReadonlyMap<string, Uint8Array>;
}

/**
 * The graph with the bodies of functions in the place of their calls, so that it can be cut there. Values inside a body get names of their own in
 * each call. A function that has subgraphs, or is written for other versions of operators than the model, stays a call.
 */
export function inlineFunctions(graph: PartGraph, file: OnnxFile): PartGraph {
  const find = localFunctions(file.proto.functions);
  const bodies = bodiesOf(graph, file, find);
  const captured = new WeakMap<GraphProto, ReadonlySet<string>>();
  let calls = 0;
  const unfold = (node: PartNode): readonly PartNode[] => {
    const called = find(node.proto);
    const body = called && bodies.get(called);
    return body ? unfolded(node, body, `call${calls++}`).flatMap(unfold) : [node];
  };
  /** @param name tells the values of this call apart */
  const unfolded = (call: PartNode, { called, nodes, defaults }: Body, name: string): readonly PartNode[] => {
    const prefix = `${name}::`;
    const { names, passed } = bindings(call.proto, called);
    const rename = (value: string): string => (value === '' ? '' : (names.get(value) ?? prefix + value));
    const given = new Map([...defaults, ...attributesOf(call.bytes)]);
    const known = new Map([...called.defaults, ...call.proto.attribute].map((attribute) => [attribute.name, attribute]));
    const inside = nodes.map(({ proto, bytes }): PartNode => {
      const path = proto.name === '' ? '' : `${call.proto.name || prefix}/${proto.name}`;
      const renamed: NodeProto = {
        name: path,
        opType: proto.opType,
        domain: proto.domain,
        docString: proto.docString,
        input: proto.input.map(rename),
        output: proto.output.map(rename),
        attribute: proto.attribute.flatMap((attribute) => boundAttribute(attribute, known)),
      };
      const within = {
        calls: [...(call.within?.calls ?? []), call.within?.proto ?? call.proto],
        proto,
        prefixes: [prefix, ...(call.within?.prefixes ?? [])],
      };
      return { ...partNode(renamed, rewritten(bytes, path, rename, given), captured), within };
    });
    return [...inside, ...passed.map(([from, to]) => passOn(rename(from), to))];
  };
  return { ...graph, nodes: graph.nodes.flatMap(unfold) };
}

/** What a body's names are outside of it, and outputs that are not simply called otherwise there. */
function bindings(
  call: NodeProto,
  { inputs, outputs }: LocalFunction,
): { readonly names: ReadonlyMap<string, string>; readonly passed: readonly (readonly [from: string, to: string])[] } {
  const names = new Map(inputs.map((name, i) => [name, call.input[i] ?? '']));
  const passed: [string, string][] = [];
  outputs.forEach((name, i) => {
    const outside = call.output[i] ?? '';
    if (outside === '') return;
    if (names.has(name)) passed.push([name, outside]);
    else names.set(name, outside);
  });
  return { names, passed };
}

function passOn(from: string, to: string): PartNode {
  const proto: NodeProto = { input: [from], output: [to], name: '', opType: 'Identity', domain: '', attribute: [], docString: '' };
  return { proto, bytes: identityMessage(from, to), uses: [from], outputs: [to] };
}

/** An attribute that refers to one of the function's is what the caller gives, or nothing. */
function boundAttribute(attribute: AttributeProto, known: ReadonlyMap<string, AttributeProto>): AttributeProto[] {
  if (!attribute.refAttrName) return [attribute];
  const found = known.get(attribute.refAttrName);
  return found ? [altered(found, { name: attribute.name })] : [];
}

/** A node under other names, with the attributes that it is given. */
function rewritten(node: Uint8Array, path: string, rename: (name: string) => string, given: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const text = new TextDecoder();
  const out = new MessageWriter();
  for (const { number, body, whole } of fieldsOf(node)) {
    if (number === NODE.input || number === NODE.output) out.field(number, rename(text.decode(body)));
    else if (number === NODE.name) out.field(number, path);
    else if (number !== NODE.attribute) out.copy(whole);
    else {
      const fields = [...fieldsOf(body)];
      const reference = fields.find((field) => field.number === ATTRIBUTE.reference);
      if (!reference || reference.body.length === 0) out.copy(whole);
      else {
        const value = given.get(text.decode(reference.body));
        const name = fields.find((field) => field.number === ATTRIBUTE.name);
        if (!value || !name) continue;
        const attribute = new MessageWriter().copy(name.whole);
        for (const field of fieldsOf(value)) if (field.number !== ATTRIBUTE.name) attribute.copy(field.whole);
        out.field(NODE.attribute, attribute);
      }
    }
  }
  return out.finish();
}

/** A node's attributes by name, byte by byte. */
const attributesOf = (node: Uint8Array): ReadonlyMap<string, Uint8Array> => named(bodiesIn(node, NODE.attribute));

const bodiesIn = (message: Uint8Array, number: number): Uint8Array[] =>
  [...fieldsOf(message)].flatMap((field) => (field.number === number ? [field.body] : []));

function named(attributes: readonly Uint8Array[]): ReadonlyMap<string, Uint8Array> {
  const text = new TextDecoder();
  return new Map(attributes.map((attribute) => [text.decode(bodiesIn(attribute, ATTRIBUTE.name)[0]), attribute]));
}

function bodiesOf({ header }: PartGraph, { proto }: OnnxFile, find: FindFunction): ReadonlyMap<LocalFunction, Body> {
  const fields = header.flatMap((whole) => [...fieldsOf(whole)]);
  const versions = versionsOf(fields.flatMap(({ number, body }) => (number === MODEL.opsetImport ? [body] : [])));
  const messages = fields.flatMap(({ number, body }) => (number === MODEL.functions ? [body] : []));
  const found = new Map<LocalFunction, Body>();
  if (messages.length !== proto.functions.length) return found;
  proto.functions.forEach(({ domain, name, docString: overload }, i) => {
    const called = find({ domain, opType: name, docString: overload, input: [], output: [], name: '', attribute: [] });
    const nodes = bodiesIn(messages[i], FUNCTION.node);
    const own = versionsOf(bodiesIn(messages[i], FUNCTION.opsetImport));
    const alike = [...own].every(([of, version]) => versions.get(of) === version);
    if (!called || !alike || nodes.length !== called.nodes.length || called.nodes.some((node) => subgraphs(node).length > 0)) return;
    found.set(called, {
      called,
      nodes: called.nodes.map((node, at) => ({ proto: node, bytes: nodes[at] })),
      defaults: named(bodiesIn(messages[i], FUNCTION.defaults)),
    });
  });
  return found;
}

/** Versions by domain. */
function versionsOf(imports: readonly Uint8Array[]): ReadonlyMap<string, number> {
  const text = new TextDecoder();
  return new Map(
    imports.map((message) => {
      const [domain] = bodiesIn(message, OPSET.domain);
      const version = [...fieldsOf(message)].find(({ number }) => number === OPSET.version)?.value ?? 0;
      return [domainName(domain ? text.decode(domain) : ''), version];
    }),
  );
}
