import type { NodeView, Value } from '../../shapes/value.js';
import { findAttribute, intOf, intsOf, textOf, type Bindings } from './attributes.js';
import { domainName } from './functions.js';
import type { AttributeProto, NodeProto } from './proto.js';

/** A node with its attributes bound and the values of its inputs known. One per node of the model, so it makes nothing before it is asked. */
export class OnnxNode implements NodeView {
  readonly op: string;
  readonly outputNames: readonly string[];

  constructor(
    readonly proto: NodeProto,
    readonly inputs: readonly (Value | null)[],
    readonly bindings: Bindings,
  ) {
    const domain = domainName(proto.domain);
    this.op = domain === '' || domain === 'com.microsoft' ? proto.opType : `${domain}.${proto.opType}`;
    this.outputNames = proto.output;
  }

  find(name: string): AttributeProto | undefined {
    return findAttribute(this.proto, this.bindings, name);
  }

  int(name: string): number | undefined {
    return intOf(this.find(name));
  }

  ints(name: string): readonly number[] | undefined {
    return intsOf(this.find(name));
  }

  float(name: string): number | undefined {
    return this.find(name)?.f;
  }

  floats(name: string): readonly number[] | undefined {
    return this.find(name)?.floats;
  }

  text(name: string): string | undefined {
    return textOf(this.find(name));
  }
}
