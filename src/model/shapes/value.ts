import type { Constant } from '../derived/constant.js';

/** Sizes of the dimensions; null where they are not known. */
export type Dims = readonly (number | null)[];

/** What is known about one value of the graph before it runs. */
export interface Value {
  readonly dims: Dims | null;
  /** Elements of a small tensor, row-major; null where they are not known. Integers carry shapes, floats carry scales. */
  readonly elements: Dims | null;
  /** The elements are floats, so that dividing them does not truncate. */
  readonly real?: boolean;
  readonly constant: Constant | null;
}

export const UNKNOWN: Value = { dims: null, elements: null, constant: null };

/** A value of which the shape is known, or some of it. */
export const shaped = (dims: Dims | null): Value => ({ dims, elements: null, constant: null });

/** A small tensor whose elements are known, or some of them. */
export function listed(dims: Dims | null, elements: Dims | null, real = false): Value {
  const kept = elements && elements.length <= MOST_ELEMENTS ? elements : null;
  return { dims, elements: kept, real, constant: null };
}

/** Tensors up to this many elements are looked into. */
export const MOST_ELEMENTS = 64;

/** A node as the rules for shapes, constants and layers see it. */
export interface NodeView {
  /** With its domain, unless that is ONNX's own or com.microsoft. */
  readonly op: string;
  /** By position; null where an optional input is left out. */
  readonly inputs: readonly (Value | null)[];
  readonly outputNames: readonly string[];
  int(name: string): number | undefined;
  ints(name: string): readonly number[] | undefined;
  float(name: string): number | undefined;
  floats(name: string): readonly number[] | undefined;
  text(name: string): string | undefined;
}

/** Tells what is known about a node's outputs; what does not fit is not known. */
export type ShapeRule = (node: NodeView) => readonly (Value | null)[];
export type ShapeRules = Readonly<Record<string, ShapeRule>>;

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
export function axisOf(axis: number | null, rank: number): number | null {
  if (axis === null) return null;
  const at = axis < 0 ? axis + rank : axis;
  return Number.isInteger(at) && at >= 0 && at < rank ? at : null;
}

/** A list that is an attribute of old operator sets and an input of new ones: null when it is given but not known, undefined when not given. */
export function listArgument(node: NodeView, attribute: string, input: number): Dims | null | undefined {
  const listed = node.ints(attribute);
  if (listed) return listed;
  const given = node.inputs[input];
  return given ? given.elements : undefined;
}

/** The first `count` inputs' dims, or null unless all are known. */
export const dimsOf = (node: NodeView, input: number): Dims | null => node.inputs[input]?.dims ?? null;

/** `f` of numbers that are all known, else null. */
export function known(f: (...numbers: number[]) => number, ...numbers: (number | null | undefined)[]): number | null {
  if (numbers.some((n) => n === null || n === undefined)) return null;
  const result = f(...(numbers as number[]));
  return Number.isNaN(result) ? null : result;
}

/** A short list of one number, or of nothing known; null when it is no length or too long to be looked into. */
export const repeated = (length: number | null | undefined, element: number | null): Dims | null =>
  Number.isInteger(length) && length! >= 0 && length! <= MOST_ELEMENTS ? new Array<number | null>(length!).fill(element) : null;

/** A shape of `rank` unknown dimensions. */
export const unknownDims = (rank: number | null | undefined): Dims | null => repeated(rank, null);
