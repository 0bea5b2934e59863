import { parseScheme, type ClipRange } from '../../core/formats/index.js';
import { RunError, type RunTensor, type RunTensors } from '../backend/types.js';
import type { JoinFacts } from '../process/protocol.js';
import { given } from '../replay/prepare.js';
import type { Running } from '../running.js';
import { sqnrOf } from './errors.js';
import { fakeQuantized } from './fakeQuantized.js';
import { widened } from './range.js';

/** Operators whose inputs runtimes want under one scale. */
const JOINING = /^(Add|Sum|Concat)$/;

/** What sharing a scale costs where values of a part join whose ranges differ by `ratio` and more. */
export async function joinTrials(at: Running, part: number, text: string, ratio: number): Promise<readonly JoinFacts[]> {
  const { replay, prepared } = at;
  const { nodes } = prepared.cut.graph;
  const joins = replay.parts[part].nodes.filter((node) => isJoin(at, node));
  const names = [...new Set(joins.flatMap((node) => nodes[node].uses))];
  if (names.length === 0) return [];
  const ranges = new Map(names.map((name): [string, ClipRange] => [name, { lo: 0, hi: 0 }]));
  let first: RunTensors = new Map();
  await replay.watch(part, names, (run, values) => {
    if (run === 0) first = values;
    for (const name of names) ranges.set(name, widened(ranges.get(name)!, given(values, name).data as Float32Array));
  });
  const found: JoinFacts[] = [];
  for (const node of joins) {
    const inputs = nodes[node].uses.map((value) => ({ value, range: ranges.get(value)! }));
    inputs.sort((a, b) => width(b.range) - width(a.range));
    const [widest, narrowest] = [inputs[0], inputs[inputs.length - 1]];
    if (!(width(narrowest.range) > 0) || width(widest.range) < ratio * width(narrowest.range)) continue;
    try {
      const facts = await tryJoin(at, node, first, inputs, text);
      if (facts) found.push(facts);
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
    }
  }
  return found;
}

interface Joined {
  readonly value: string;
  /** Widened to hold zero, as ranges of quantizers are. */
  readonly range: ClipRange;
}

/** A node that joins at least two float values that depend on the inputs. */
function isJoin({ prepared }: Running, node: number): boolean {
  const { graph, folded } = prepared.cut;
  const { proto, uses } = graph.nodes[node];
  const inputs = new Map(graph.inputs.map(({ name, dataType }) => [name, dataType]));
  const isFloat = (name: string): boolean => !folded.has(name) && (prepared.seen.get(name)?.dataType ?? inputs.get(name)) === 'float32';
  return JOINING.test(proto.opType) && proto.domain === '' && uses.length >= 2 && uses.every(isFloat);
}

const width = ({ lo, hi }: ClipRange): number => hi - lo;

/** @param inputs widest first */
async function tryJoin(at: Running, node: number, values: RunTensors, inputs: readonly Joined[], text: string): Promise<JoinFacts | null> {
  const { prepared, replay } = at;
  const { proto, outputs } = prepared.cut.graph.nodes[node];
  const scheme = parseScheme(text);
  const shared = { lo: Math.min(...inputs.map(({ range }) => range.lo)), hi: Math.max(...inputs.map(({ range }) => range.hi)) };
  const session = await replay.chain([node], new Map());
  try {
    const under = (rangeOf: (input: Joined) => ClipRange): RunTensors =>
      new Map([
        ...values,
        ...inputs.map((input) => [input.value, fakeQuantized(given(values, input.value), scheme, rangeOf(input))] as const),
      ]);
    const output = async (from: RunTensors): Promise<RunTensor> =>
      given(await session.run(new Map(session.inputs.map((name) => [name, given(from, name)]))), outputs[0]);
    const [together, apart] = [under(() => shared), under(({ range }) => range)];
    const float = await output(values);
    const narrow = inputs[inputs.length - 1].value;
    const narrowDb = (from: RunTensors): number | null => sqnrOf([given(values, narrow)], [given(from, narrow)]) ?? null;
    return {
      name: proto.name || outputs[0],
      op: proto.opType,
      output: outputs[0],
      layer: feeding(at, narrow),
      widest: inputs[0].range,
      narrowest: inputs[inputs.length - 1].range,
      sharedDb: sqnrOf([float], [await output(together)]) ?? null,
      ownDb: sqnrOf([float], [await output(apart)]) ?? null,
      narrowSharedDb: narrowDb(together),
      narrowOwnDb: narrowDb(apart),
    };
  } finally {
    await session.release();
  }
}

/** The layer that a value comes from, the nearest one; null when there is none. */
function feeding({ places, prepared }: Running, value: string): number | null {
  const { graph, producer } = prepared.cut;
  const layerAt = new Map(places.map(({ node }, layer) => [node, layer]));
  const seen = new Set<number>();
  const open = [value];
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    const node = producer.get(name);
    if (node === undefined || seen.has(node)) continue;
    seen.add(node);
    const layer = layerAt.get(node);
    if (layer !== undefined) return layer;
    open.push(...graph.nodes[node].uses);
  }
  return null;
}
