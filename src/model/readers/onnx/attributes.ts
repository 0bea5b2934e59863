import { toNumber, type AttributeProto, type NodeProto } from './proto.js';

/** Attributes a function's caller gives it, by the function's names for them. */
export type Bindings = ReadonlyMap<string, AttributeProto> | null;

/** A node's attributes, those of a function's body bound to what its caller gives. */
export interface Attributes {
  readonly find: (name: string) => AttributeProto | undefined;
  readonly int: (name: string) => number | undefined;
  readonly ints: (name: string) => readonly number[] | undefined;
  readonly float: (name: string) => number | undefined;
  readonly floats: (name: string) => readonly number[] | undefined;
  readonly text: (name: string) => string | undefined;
}

const utf8 = new TextDecoder();

export function attributesOf(node: NodeProto, bindings: Bindings): Attributes {
  const find = (name: string): AttributeProto | undefined => {
    const own = node.attribute.find((a) => a.name === name);
    return own?.refAttrName ? bindings?.get(own.refAttrName) : own;
  };
  return {
    find,
    int: (name) => {
      const found = find(name);
      return found && toNumber(found.i);
    },
    ints: (name) => find(name)?.ints.map(toNumber),
    float: (name) => find(name)?.f,
    floats: (name) => find(name)?.floats,
    text: (name) => {
      const found = find(name);
      return found && utf8.decode(found.s);
    },
  };
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
