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

/** Inputs of a node that are looked at; a hostile file can give a node any number. */
export const MOST_INPUTS = 1000;
/** Dimensions that make sense. */
export const HIGHEST_RANK = 64;

/** What is known about each output of a node; nothing for operators without a rule. Sizes that make no sense are not known. */
export function inferOutputs(node: NodeView): Value[] {
  const found = node.inputs.length <= MOST_INPUTS ? (rules.get(node.op)?.(node) ?? []) : [];
  return node.outputNames.map((_, i) => sensible(found[i] ?? UNKNOWN));
}

const isSize = (dim: number | null): boolean => dim === null || (Number.isSafeInteger(dim) && dim >= 0);

function sensible(value: Value): Value {
  if (!value.dims) return value;
  if (value.dims.length > HIGHEST_RANK) return UNKNOWN;
  return value.dims.every(isSize) ? value : { ...value, dims: value.dims.map((dim) => (isSize(dim) ? dim : null)) };
}
