import type { NodeProto } from '../../model/readers/onnx/proto.js';
import type { DataType } from '../../model/types.js';
import type { Opened } from '../opened.js';
import { RunError, type Backend, type RunTensor, type RunTensors, type Session } from '../backend/types.js';
import { findConstants, newConstant, takeApart, type PartConstant, type PartGraph } from '../surgery/graph.js';
import { inlineFunctions } from '../surgery/functions.js';
import { liftWeights } from '../surgery/bodies.js';
import { branchings, inlineBranches } from '../surgery/inline.js';
import type { Declaration } from '../../model/writers/onnx/messages.js';
import { cutPiece, cutter, type Cutter } from '../surgery/piece.js';

/** What a value of the graph turned out to be in a run of one sample. */
export interface SeenValue {
  readonly dataType: DataType;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** A model that is ready to be cut: branches decided, constants folded, every value's type and size known. */
export interface Prepared {
  readonly cut: Cutter;
  /** Indices of the nodes that depend on the inputs, in topological order. */
  readonly dynamic: readonly number[];
  /** By name, of values that dynamic nodes give; empty when the model cannot be watched inside, which `opaque` then explains. */
  readonly seen: ReadonlyMap<string, SeenValue>;
  readonly opaque: string | null;
  /** Ifs that all inputs decide alike. */
  readonly decided: ReadonlySet<NodeProto>;
}

/** Ifs inside Ifs that are opened. */
const DEEPEST_BRANCH = 16;

/**
 * @param runs all the inputs the model is going to be run with: an If becomes its branch when all of them decide it alike
 * @param probe inputs of one run, as small as the model allows
 */
export async function prepare(
  { bytes, file, folder }: Pick<Opened, 'bytes' | 'file' | 'folder'>,
  backend: Backend,
  runs: readonly RunTensors[],
  probe: RunTensors,
): Promise<Prepared> {
  let graph = inlineFunctions(takeApart(bytes, file, backend.readsFiles ? folder : null), file);
  const decided = new Set<NodeProto>();
  for (let depth = 0; depth < DEEPEST_BRANCH; depth++) {
    const decisions = await decide(graph, backend, [probe, ...runs]);
    if (decisions.size === 0) break;
    const inlined = inlineBranches(graph, file, decisions);
    if (inlined.nodes.every((node, i) => node === graph.nodes[i])) break;
    graph = inlined;
    for (const node of decisions.keys()) decided.add(node);
  }
  graph = liftWeights(graph, file);
  const constness = findConstants(graph);
  const { constant, foldable } = constness;
  const dynamic = graph.nodes.flatMap((_, i) => (constant[i] ? [] : [i]));
  const folded = await fold(graph, dynamic, foldable, backend);
  const cut = cutter(graph, folded, constness);
  const { seen, opaque } = await watch(cut, dynamic, backend, probe);
  const shapes = opaque === null ? await foldShapes(cut, dynamic, seen, backend, runs) : NOTHING;
  if (shapes.size === 0) return { cut, dynamic, seen, opaque, decided };
  const needed = dynamic.filter((i) => !graph.nodes[i].outputs.every((name) => shapes.has(name)));
  return { cut: cutter(graph, new Map([...folded, ...shapes]), constness), dynamic: needed, seen, opaque, decided };
}

const NOTHING: ReadonlyMap<string, PartConstant> = new Map();

/** Operators whose outputs have sizes that depend on numbers, not on sizes. */
const SIZING = /^(NonZero|Unique|Compress|NonMaxSuppression|Loop|If|Scan|StringSplit|Sequence.*|Optional.*)$/;

/**
 * Numbers that are made of the sizes of values alone: when all runs have the same sizes they are constants too, and the runtime plans better with
 * constants.
 */
async function foldShapes(
  cut: Cutter,
  dynamic: readonly number[],
  seen: ReadonlyMap<string, SeenValue>,
  backend: Backend,
  runs: readonly RunTensors[],
): Promise<ReadonlyMap<string, PartConstant>> {
  const { nodes } = cut.graph;
  const sizes = (run: RunTensors): string => [...run].map(([name, { shape }]) => `${name}:${shape.join()}`).join(';');
  const alike = runs.every((run) => sizes(run) === sizes(runs[0]));
  if (!alike || dynamic.some((i) => SIZING.test(nodes[i].proto.opType) || nodes[i].proto.domain !== '')) return NOTHING;
  const changing = new Set(cut.graph.inputs.map(({ name }) => name));
  const wanted: string[] = [];
  for (const i of dynamic) {
    const { proto, uses, outputs } = nodes[i];
    const fixed = proto.opType === 'Shape' || proto.opType === 'Size' || uses.every((name) => !changing.has(name));
    if (fixed && !/^(Random|Multinomial|Bernoulli)/.test(proto.opType)) wanted.push(...outputs.filter((name) => seen.has(name)));
    else for (const name of outputs) changing.add(name);
  }
  if (wanted.length === 0) return NOTHING;
  const session = await loadPart(cut, wanted, cut.graph, backend, runs[0]);
  try {
    return constants(await session.run(runs[0]));
  } finally {
    await session.release();
  }
}

function constants(values: RunTensors): ReadonlyMap<string, PartConstant> {
  return new Map(
    [...values].map(([name, { dataType, shape, data }]) => [
      name,
      newConstant(name, dataType, shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ]),
  );
}

async function decide(graph: PartGraph, backend: Backend, runs: readonly RunTensors[]): Promise<ReadonlyMap<NodeProto, boolean>> {
  const found = branchings(graph);
  const decisions = new Map<NodeProto, boolean>();
  if (found.length === 0) return decisions;
  const conditions = [...new Set(found.map(({ condition }) => condition))];
  const session = await loadPart(cutter(graph), conditions, graph, backend, runs[0]);
  const answers = new Map<string, Set<boolean>>(conditions.map((name) => [name, new Set()]));
  try {
    for (const run of runs) {
      const results = await session.run(run);
      for (const [name, { data }] of results) answers.get(name)!.add(data[0] !== 0 && data[0] !== 0n);
    }
  } finally {
    await session.release();
  }
  for (const { node, condition } of found) {
    const [answer, ...others] = answers.get(condition)!;
    if (answer !== undefined && others.length === 0) decisions.set(node, answer);
  }
  return decisions;
}

/** Loads what computes some values from the model's inputs. */
async function loadPart(
  cut: Cutter,
  outputs: readonly string[],
  graph: PartGraph,
  backend: Backend,
  example: RunTensors,
): Promise<Session> {
  const types = new Map(graph.inputs.map(({ name, dataType }) => [name, dataType]));
  const piece = await cutPiece(cut, {
    outputs,
    given: types,
    declared: (name): Declaration | undefined => {
      const dataType = types.get(name);
      const shape = example.get(name)?.shape;
      return dataType && shape && { dataType, shape: shape.map(() => null) };
    },
  });
  const session = await backend.load(piece.bytes, { folder: graph.folder });
  return { ...session, run: (inputs) => session.run(new Map(piece.inputs.map((name) => [name, given(inputs, name)]))) };
}

export function given(inputs: RunTensors, name: string): RunTensor {
  const tensor = inputs.get(name);
  if (!tensor) throw new RunError(`value ${name} is needed and is not there`);
  return tensor;
}

/** Constants that are computed from more bytes are left to the runtime, which would hold them twice otherwise. */
const MOST_FOLDED = 2 ** 28;

/** Bytes of the constants that each value which depends on constants alone is computed from. */
function constantBytes({ nodes, constants }: PartGraph): ReadonlyMap<string, number> {
  const bytes = new Map([...constants].map(([name, { byteLength }]) => [name, byteLength]));
  for (const { uses, outputs } of nodes) {
    if (!uses.every((name) => bytes.has(name))) continue;
    const total = uses.reduce((sum, name) => sum + bytes.get(name)!, 0);
    for (const name of outputs) bytes.set(name, total);
  }
  return bytes;
}

/** Computes the constants that dynamic nodes take. */
async function fold(
  graph: PartGraph,
  dynamic: readonly number[],
  foldable: ReadonlySet<string>,
  backend: Backend,
): Promise<ReadonlyMap<string, PartConstant>> {
  const wanted = new Set<string>();
  const weights = constantBytes(graph);
  for (const i of dynamic)
    for (const name of graph.nodes[i].uses) if (foldable.has(name) && (weights.get(name) ?? 0) <= MOST_FOLDED) wanted.add(name);
  if (wanted.size === 0) return NOTHING;
  const session = await loadPart(cutter(graph), [...wanted], graph, backend, NO_VALUES);
  try {
    return constants(await session.run(NO_VALUES));
  } catch (error) {
    // Constants that are no tensors of numbers stay as they are.
    if (!(error instanceof RunError)) throw error;
    return NOTHING;
  } finally {
    await session.release();
  }
}

const NO_VALUES: RunTensors = new Map();

/** Runs the model once with all its values as outputs. */
async function watch(
  cut: Cutter,
  dynamic: readonly number[],
  backend: Backend,
  probe: RunTensors,
): Promise<Pick<Prepared, 'seen' | 'opaque'>> {
  const seen = new Map<string, SeenValue>();
  const outputs = dynamic.flatMap((i) => cut.graph.nodes[i].outputs);
  try {
    const session = await loadPart(cut, outputs, cut.graph, backend, probe);
    try {
      for (const [name, { dataType, shape, data }] of await session.run(probe)) seen.set(name, { dataType, shape, bytes: data.byteLength });
    } finally {
      await session.release();
    }
    return { seen, opaque: null };
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return { seen: new Map(), opaque: error.message };
  }
}
