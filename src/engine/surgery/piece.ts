import { findConstants, type Constness, type PartConstant, type PartGraph, type PartNode } from './graph.js';
import {
  GRAPH,
  MODEL,
  tensorMessage,
  unnamed,
  valueMessage,
  type Declaration,
  type TensorBytes,
} from '../../model/writers/onnx/messages.js';
import { MessageWriter } from '../../model/writers/onnx/wire.js';

/** What a piece is to be made of. */
export interface PieceSpec {
  /** Values the piece gives. */
  readonly outputs: readonly string[];
  /** Values that come from outside: nodes behind them are left out. Those that turn out not to be needed are no inputs. */
  readonly given: { readonly has: (name: string) => boolean };
  /** Types and shapes of given values. */
  readonly declared: (name: string) => Declaration | undefined;
  /** Constants that get other numbers. Values that are computed from them are computed again. */
  readonly replaced?: ReadonlyMap<string, TensorBytes>;
  /** Constants that become inputs, of these types. */
  readonly opened?: ReadonlyMap<string, Declaration>;
  /** Nodes, by index, that are written otherwise. */
  readonly changed?: ReadonlyMap<number, ChangedNode>;
  /** Nodes that are put behind all others, to tell something of their values. */
  readonly appended?: readonly PartNode[];
}

/** A node that is written otherwise: it needs what it needed before, and what comes before it needs nothing else. */
export interface ChangedNode {
  readonly bytes: Uint8Array;
  /** Nodes that are put before it and behind it, and their constants. */
  readonly before: readonly PartNode[];
  readonly after?: readonly PartNode[];
  readonly constants: readonly PartConstant[];
  /** Values from outside that it takes in the place of some of its own. */
  readonly takes?: readonly string[];
}

/** A model that is a part of another one. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** Values it has to be fed. */
  readonly inputs: readonly string[];
  readonly nodes: number;
}

/** The runtime takes models of less than 2 GiB. */
const LARGEST = 2 ** 31 - 1;

/** A graph that knows who makes what, from which pieces are cut. */
export interface Cutter {
  readonly graph: PartGraph;
  /** Index of the node that gives a value. */
  readonly producer: ReadonlyMap<string, number>;
  /** The values of constants that are computed, once they are known. */
  readonly folded: ReadonlyMap<string, PartConstant>;
  /** For every node whether it depends on constants alone. */
  readonly constant: readonly boolean[];
}

export function cutter(
  graph: PartGraph,
  folded: ReadonlyMap<string, PartConstant> = new Map(),
  { constant }: Pick<Constness, 'constant'> = findConstants(graph),
): Cutter {
  const producer = new Map<string, number>();
  graph.nodes.forEach(({ outputs }, i) => {
    for (const name of outputs) if (!producer.has(name)) producer.set(name, i);
  });
  return { graph, producer, folded, constant };
}

/**
 * Cuts out what computes `outputs` from `given`: nodes and initializers are copied from the file.
 * @throws RangeError when the piece would be 2 GiB or more.
 */
export async function cutPiece(cut: Cutter, spec: PieceSpec): Promise<Piece> {
  const { graph, producer, folded } = cut;
  const { given, replaced = NOTHING, opened = NONE, changed } = spec;
  const touched = dependents(cut, [...replaced.keys(), ...opened.keys()]);
  const nodes = new Set<number>();
  const inputs = new Set<string>();
  const constants: PartConstant[] = [];
  const rewritten: [string, TensorBytes][] = [];
  const { appended = [] } = spec;
  const seen = new Set(appended.flatMap((node) => node.outputs));
  const open = [...spec.outputs, ...appended.flatMap((node) => node.uses)];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const other = replaced.get(name);
    const known = touched.has(name) ? undefined : folded.get(name);
    const stored = graph.constants.get(name);
    const from = producer.get(name);
    if (other) rewritten.push([name, other]);
    else if (opened.has(name) || given.has(name)) inputs.add(name);
    else if (known) constants.push(known);
    else if (stored) constants.push(stored);
    else if (from !== undefined) {
      if (!nodes.has(from)) {
        nodes.add(from);
        open.push(...graph.nodes[from].uses);
        constants.push(...(changed?.get(from)?.constants ?? []));
        for (const taken of changed?.get(from)?.takes ?? []) inputs.add(taken);
      }
    } else inputs.add(name);
  }

  const size = constants.reduce((sum, { byteLength }) => sum + byteLength, 0) + rewritten.reduce((sum, [, { raw }]) => sum + raw.length, 0);
  if (size > LARGEST)
    throw new RangeError(`a part of the model takes ${(size / 2 ** 30).toFixed(1)} GiB, more than ONNX Runtime loads at once`);
  const out = new MessageWriter();
  const order = [...nodes].sort((a, b) => a - b);
  const named = new Set<string>();
  for (const i of order) {
    for (const { bytes } of changed?.get(i)?.before ?? []) out.field(GRAPH.node, bytes);
    const { name } = graph.nodes[i].proto;
    const node = changed?.get(i)?.bytes ?? graph.nodes[i].bytes;
    // A branch may call its nodes as others are called, which the runtime refuses in one graph.
    out.field(GRAPH.node, name !== '' && named.has(name) ? unnamed(node) : node);
    named.add(name);
    for (const { bytes } of changed?.get(i)?.after ?? []) out.field(GRAPH.node, bytes);
  }
  for (const { bytes } of appended) out.field(GRAPH.node, bytes);
  out.field(GRAPH.name, 'piece');
  for (const constant of constants) await constant.write(out);
  for (const [name, tensor] of rewritten) out.field(GRAPH.initializer, tensorMessage(name, tensor));
  for (const name of inputs) out.field(GRAPH.input, valueMessage(name, opened.get(name) ?? spec.declared(name)));
  for (const name of spec.outputs) out.field(GRAPH.output, valueMessage(name));
  for (const field of graph.rest) out.copy(field);
  const model = new MessageWriter();
  for (const field of graph.header) model.copy(field);
  return { bytes: model.field(MODEL.graph, out).finish(), inputs: [...inputs], nodes: order.length };
}

const NOTHING: ReadonlyMap<string, TensorBytes> = new Map();

const NONE: ReadonlyMap<string, Declaration> = new Map();

/** Constants that depend on some others, and those. */
export function dependents({ graph: { nodes }, constant }: Cutter, names: Iterable<string>): ReadonlySet<string> {
  const touched = new Set(names);
  if (touched.size === 0) return touched;
  nodes.forEach(({ uses, outputs }, i) => {
    if (constant[i] && uses.some((name) => touched.has(name))) for (const name of outputs) touched.add(name);
  });
  return touched;
}
