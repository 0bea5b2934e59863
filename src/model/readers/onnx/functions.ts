import { quote } from '../../quote.js';
import { ModelError } from '../../types.js';
import { subgraphs } from './order.js';
import type { AttributeProto, FunctionProto, NodeProto } from './proto.js';

/** A function of the model: an operator that is made of others. */
export interface LocalFunction {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly NodeProto[];
  /** Attributes with defaults. */
  readonly defaults: readonly AttributeProto[];
}

/** `ai.onnx` may be written as nothing. */
export const domainName = (domain: string): string => (domain === 'ai.onnx' ? '' : domain);

const key = (domain: string, name: string, overload: string): string => JSON.stringify([domainName(domain), name, overload]);

/** Finds the function a node calls, if it calls one. */
export type FindFunction = (node: NodeProto) => LocalFunction | undefined;

export function localFunctions(protos: readonly FunctionProto[]): FindFunction {
  if (protos.length === 0) return () => undefined;
  const functions = new Map<string, LocalFunction>();
  for (const { domain, name, docString: overload, input, output, node } of protos) {
    functions.set(key(domain, name, overload), {
      name,
      inputs: input,
      outputs: output,
      // the skeleton keeps defaults in a node without an operator, because the decoder's schema has no place for them
      nodes: node.filter((n) => n.opType !== ''),
      defaults: node.filter((n) => n.opType === '').flatMap((n) => n.attribute),
    });
  }
  return (node) => functions.get(key(node.domain, node.opType, node.docString));
}

/** Nodes after functions are put in the place of their calls; a small file can ask for any number of them. */
const MOST_NODES = 300_000;

/**
 * Makes sure that unfolding all calls comes to an end.
 * @throws ModelError when a function calls itself, directly or through others, or when there would be too many nodes.
 */
export function checkUnfolding(nodes: readonly NodeProto[], find: FindFunction): void {
  /** Nodes of a function with all it calls; null while that is being counted. */
  const sizes = new Map<LocalFunction, number | null>();
  const stack = [{ of: null as LocalFunction | null, calls: calls(nodes, find), size: 0 }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const next = top.calls.next();
    if (next.done) {
      if (top.size > MOST_NODES)
        throw new ModelError(`more than ${MOST_NODES} nodes once its functions are unfolded: larger than any model this tool can show`);
      if (top.of) sizes.set(top.of, top.size);
      stack.pop();
      if (stack.length > 0) stack[stack.length - 1].size += top.size;
      continue;
    }
    top.size++;
    const called = next.value;
    if (!called) continue;
    const size = sizes.get(called);
    if (size === null) throw new ModelError(`function ${quote(called.name)} calls itself, so the model cannot run: export it again`);
    if (size !== undefined) top.size += size;
    else {
      sizes.set(called, null);
      stack.push({ of: called, calls: calls(called.nodes, find), size: 0 });
    }
  }
}

/** For every node, subgraphs included, the function it calls, or null. */
function* calls(nodes: readonly NodeProto[], find: FindFunction): Generator<LocalFunction | null> {
  for (const node of nodes) {
    yield find(node) ?? null;
    for (const { graph } of subgraphs(node)) yield* calls(graph.node, find);
  }
}
