import type { Constant } from '../derived/constant.js';

/** Sizes of the dimensions; null where they are not known. */
export type Dims = readonly (number | null)[];

/** What is known about one value of the graph before it runs. */
export interface Value {
  readonly dims: Dims | null;
  /** Elements of a small tensor, row-major; null where they are not known. Integers carry shapes, floats carry scales. */
  readonly elements: Dims | null;
  readonly constant: Constant | null;
}

export const UNKNOWN: Value = { dims: null, elements: null, constant: null };

/** A node as the rules for shapes, constants and layers see it. */
export interface NodeView {
  readonly op: string;
  /** By position; null where an optional input is left out. */
  readonly inputs: readonly (Value | null)[];
  readonly outputNames: readonly string[];
  readonly int: (name: string) => number | undefined;
  readonly ints: (name: string) => readonly number[] | undefined;
  readonly float: (name: string) => number | undefined;
  readonly floats: (name: string) => readonly number[] | undefined;
  readonly text: (name: string) => string | undefined;
}

/** Tells what is known about a node's outputs; never throws: what does not fit is not known. */
export type ShapeRule = (node: NodeView) => (Value | null)[];

/** Elements of a shape, or null when a dimension is not known. */
export function count(dims: Dims | null | undefined): number | null {
  if (!dims) return null;
  let product = 1;
  for (const dim of dims) {
    if (dim === null) return null;
    product *= dim;
  }
  return product;
}

/** An axis counted from the front, or null when there is none such. */
export function axisOf(axis: number, rank: number): number | null {
  const at = axis < 0 ? axis + rank : axis;
  return Number.isInteger(at) && at >= 0 && at < rank ? at : null;
}
