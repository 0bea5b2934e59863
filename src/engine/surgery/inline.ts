import type { OnnxFile } from '../../model/readers/onnx/onnxFile.js';
import { subgraphs } from '../../model/readers/onnx/order.js';
import type { NodeProto } from '../../model/readers/onnx/proto.js';
import { graphParts, type PartGraph, type PartNode } from './graph.js';
import { graphsInside, identityMessage } from '../../model/writers/onnx/messages.js';

/** An If of the main graph, and the value that decides it. */
export interface Branching {
  readonly node: NodeProto;
  readonly condition: string;
}

export const branchings = (graph: PartGraph): Branching[] =>
  graph.nodes
    .filter(({ proto }) => proto.opType === 'If' && proto.domain === '')
    .map(({ proto }) => ({ node: proto, condition: proto.input[0] }));

/**
 * The graph with the taken branch of Ifs in the place of their nodes, so that it can be cut there. An If whose decision is not given stays, and so
 * does one whose branch uses names that are taken already.
 */
export function inlineBranches(graph: PartGraph, file: OnnxFile, decisions: ReadonlyMap<NodeProto, boolean>): PartGraph {
  const taken = new Set([
    ...graph.constants.keys(),
    ...graph.inputs.map(({ name }) => name),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
  ]);
  const constants = new Map(graph.constants);
  const nodes = graph.nodes.flatMap((node): readonly PartNode[] => {
    const { proto, bytes } = node;
    const decision = decisions.get(proto);
    if (decision === undefined) return [node];
    const wanted = decision ? 'then_branch' : 'else_branch';
    const at = subgraphs(proto).findIndex(({ name }) => name === wanted);
    const messages = graphsInside(bytes);
    if (at < 0 || messages.length !== subgraphs(proto).length) return [node];
    const branch = subgraphs(proto)[at].graph;
    const parts = graphParts([messages[at]], branch, file, graph);
    const names = [...parts.constants.keys(), ...parts.nodes.flatMap(({ outputs }) => outputs)];
    if (names.some((name) => taken.has(name))) return [node];
    names.forEach((name) => taken.add(name));
    parts.constants.forEach((constant, name) => constants.set(name, constant));
    const passedOn = proto.output.flatMap((name, i): PartNode[] => {
      const from = branch.output[i]?.name;
      return name === '' || from === undefined || from === name ? [] : [identityNode(from, name)];
    });
    return [...parts.nodes, ...passedOn];
  });
  return { ...graph, nodes, constants };
}

function identityNode(from: string, to: string): PartNode {
  const proto: NodeProto = { input: [from], output: [to], name: '', opType: 'Identity', domain: '', attribute: [], docString: '' };
  return { proto, bytes: identityMessage(from, to), uses: [from], outputs: [to] };
}
