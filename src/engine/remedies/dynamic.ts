import type { Running } from '../running.js';

/** The values that some nodes take and that depend on the inputs, but for those they give each other. */
export function dynamicInputs({ prepared }: Running, nodes: readonly number[]): readonly string[] {
  const { graph, folded } = prepared.cut;
  const inside = new Set(nodes.flatMap((node) => graph.nodes[node].outputs));
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const uses = new Set(nodes.flatMap((node) => graph.nodes[node].uses));
  return [...uses].filter((name) => !inside.has(name) && ((prepared.seen.has(name) && !folded.has(name)) || inputs.has(name)));
}
