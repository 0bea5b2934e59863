import { quote } from '../../quote.js';
import { ModelError } from '../../types.js';
import { subgraphs } from './order.js';
import type { AttributeProto, FunctionProto, NodeProto } from './proto.js';

/** A function of the model: an operator that is made of others. */
export interface LocalFunction {
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

/** @throws ModelError when a function calls itself, directly or through others. */
export function localFunctions(protos: readonly FunctionProto[]): FindFunction {
  const functions = new Map<string, LocalFunction & { readonly name: string }>();
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
  const find = (node: NodeProto) => functions.get(key(node.domain, node.opType, node.docString));
  refuseRecursion([...functions.values()], find);
  return find;
}

function refuseRecursion<F extends LocalFunction & { name: string }>(
  functions: readonly F[],
  find: (node: NodeProto) => F | undefined,
): void {
  const done = new Set<F>();
  const open = new Set<F>();
  for (const root of functions) {
    const stack: { of: F; calls: Iterator<F> }[] = [];
    const enter = (of: F): void => {
      open.add(of);
      stack.push({ of, calls: calls(of.nodes, find) });
    };
    if (!done.has(root)) enter(root);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top.calls.next();
      if (next.done) {
        open.delete(top.of);
        done.add(top.of);
        stack.pop();
      } else if (open.has(next.value))
        throw new ModelError(`function ${quote(next.value.name)} calls itself, so the model cannot run: export it again`);
      else if (!done.has(next.value)) enter(next.value);
    }
  }
}

function* calls<F>(nodes: readonly NodeProto[], find: (node: NodeProto) => F | undefined): Generator<F> {
  for (const node of nodes) {
    const called = find(node);
    if (called) yield called;
    for (const { graph } of subgraphs(node)) yield* calls(graph.node, find);
  }
}
