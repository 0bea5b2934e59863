import { UNKNOWN, type NodeView, type ShapeRule, type Value } from './value.js';
import { reshapeRules } from './reshape.js';

const rules: Readonly<Record<string, ShapeRule | undefined>> = { ...reshapeRules };

/** What is known about each output of a node. */
export function inferOutputs(node: NodeView): Value[] {
  const known = rules[node.op]?.(node) ?? [];
  return node.outputNames.map((_, i) => known[i] ?? UNKNOWN);
}
