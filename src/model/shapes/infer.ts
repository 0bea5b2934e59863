import { elementwiseRules } from './elementwise.js';
import { matrixRules } from './matrices.js';
import { reduceRules } from './reduce.js';
import { reshapeRules } from './reshape.js';
import { selectRules } from './select.js';
import { UNKNOWN, type NodeView, type ShapeRules, type Value } from './value.js';
import { resizeRules, windowRules } from './windows.js';

const rules: ReadonlyMap<string, ShapeRules[string]> = new Map(
  [elementwiseRules, reshapeRules, windowRules, resizeRules, matrixRules, selectRules, reduceRules].flatMap((table) =>
    Object.entries(table),
  ),
);

/** What is known about each output of a node; nothing for operators without a rule. Sizes that make no sense are not known. */
export function inferOutputs(node: NodeView): Value[] {
  const found = rules.get(node.op)?.(node) ?? [];
  return node.outputNames.map((_, i) => sensible(found[i] ?? UNKNOWN));
}

function sensible(value: Value): Value {
  if (!value.dims || value.dims.every((dim) => dim === null || (Number.isSafeInteger(dim) && dim >= 0))) return value;
  return { ...value, dims: value.dims.map((dim) => (dim !== null && Number.isSafeInteger(dim) && dim >= 0 ? dim : null)) };
}
