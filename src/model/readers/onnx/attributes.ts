import { toNumber, type AttributeProto, type NodeProto } from './proto.js';

/** Attributes a function's caller gives it, by the function's names for them. */
export type Bindings = ReadonlyMap<string, AttributeProto> | null;

/** A node's attribute; in a function's body one that refers to the function's own is what the caller gives. */
export function findAttribute(node: NodeProto, bindings: Bindings, name: string): AttributeProto | undefined {
  for (const attribute of node.attribute)
    if (attribute.name === name) return attribute.refAttrName ? bindings?.get(attribute.refAttrName) : attribute;
  return undefined;
}

/** What a function's body sees of its caller's attributes and its own defaults. */
export function bind(call: NodeProto, bindings: Bindings, defaults: readonly AttributeProto[]): Map<string, AttributeProto> {
  const bound = new Map(defaults.map((attribute) => [attribute.name, attribute]));
  for (const attribute of call.attribute) {
    const value = attribute.refAttrName ? bindings?.get(attribute.refAttrName) : attribute;
    if (value) bound.set(attribute.name, value);
  }
  return bound;
}

const utf8 = new TextDecoder();

export const intOf = (attribute: AttributeProto | undefined): number | undefined => attribute && toNumber(attribute.i);
export const intsOf = (attribute: AttributeProto | undefined): readonly number[] | undefined => attribute?.ints.map(toNumber);
export const textOf = (attribute: AttributeProto | undefined): string | undefined => attribute && utf8.decode(attribute.s);
