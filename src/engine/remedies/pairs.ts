import { parseScheme, type Scheme } from '../../core/formats/index.js';
import { quantizeTensor } from '../../core/quantizeTensor.js';
import { equalize } from '../../core/remedies/equalize.js';
import { addChannels, channelRanges, type ChannelSums } from '../../core/remedies/inputChannels.js';
import type { ChannelRanges } from '../../core/remedies/transform.js';
import { equalizablePairs, type EqualizablePair } from '../../model/readers/onnx/equalizable.js';
import type { TensorBytes } from '../../model/writers/onnx/messages.js';
import { RunError, type RunTensor, type RunTensors } from '../backend/types.js';
import type { PairFacts } from '../process/protocol.js';
import { given } from '../replay/prepare.js';
import type { Change } from '../replay/types.js';
import type { Running } from '../running.js';
import { stored } from '../storedWeight.js';
import { equalizedNodes } from '../surgery/equalize.js';
import { constantsBetween, pairGraph } from '../transformed.js';
import { collect } from './collect.js';
import { dynamicInputs } from './dynamic.js';
import { sqnrOf } from './errors.js';

/** The float model must stay what it is: equalization that changes it by more than this is none. */
const SAME_DB = 80;

/** What equalizing pairs of layers gains whose first one is in a part: both weights quantized, before and after. */
export async function pairTrials(at: Running, part: number, scheme: string): Promise<readonly PairFacts[]> {
  const inside = new Set(at.replay.parts[part].nodes);
  const pairs = equalizablePairs(pairGraph(at)).filter(({ nodes }) => inside.has(nodes[0]));
  const runs = await collect(at, part, [...new Set(pairs.flatMap(({ nodes }) => dynamicInputs(at, nodes)))]);
  const found: PairFacts[] = [];
  const ranges = await rangesBetween(at, pairs);
  for (const pair of pairs) {
    try {
      const facts = await tryPair(at, pair, runs, parseScheme(scheme));
      if (facts) found.push({ ...facts, ranges: ranges.get(pair) ?? null });
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
    }
  }
  return found;
}

/** Ranges of the channels that the second layers take in, over all runs. */
async function rangesBetween(at: Running, pairs: readonly EqualizablePair[]): Promise<ReadonlyMap<EqualizablePair, ChannelRanges>> {
  const { replay, prepared } = at;
  const { nodes } = prepared.cut.graph;
  const inputOf = ({ nodes: own }: EqualizablePair): string => nodes[own[own.length - 1]].proto.input[0];
  const sums = new Map<EqualizablePair, ChannelSums>();
  for (const [index, part] of replay.parts.entries()) {
    const inside = new Set(part.nodes);
    const here = pairs.filter((pair) => inside.has(prepared.cut.producer.get(inputOf(pair)) ?? -1));
    if (here.length === 0) continue;
    await replay.watch(index, [...new Set(here.map(inputOf))], (_, values) => {
      for (const pair of here) {
        const { data, shape } = given(values, inputOf(pair));
        const axis = nodes[pair.nodes[pair.nodes.length - 1]].proto.opType === 'Conv' ? 1 : shape.length - 1;
        sums.set(pair, addChannels(data as Float32Array, shape, axis, sums.get(pair)));
      }
    });
  }
  return new Map([...sums].map(([pair, sum]) => [pair, channelRanges(sum)]));
}

async function tryPair(
  at: Running,
  pair: EqualizablePair,
  runs: readonly RunTensors[],
  scheme: Scheme,
): Promise<Omit<PairFacts, 'ranges'> | null> {
  const { model, places, replay } = at;
  const [first, second] = [model.layers[pair.first].weight, model.layers[pair.second].weight];
  const weights = [await first.read(0, first.elements), await second.read(0, second.elements)];
  const even = equalize(
    { weight: weights[0], linear: pair.firstWeight },
    { weight: weights[1], linear: pair.secondWeight, spread: pair.spread },
  );
  const factors = { smallest: Math.min(...even.scales), largest: Math.max(...even.scales) };
  const changed = equalizedNodes(at.prepared.cut.graph, pair, await constantsBetween(at, pair), even.scales);
  const output = places[pair.second].output!;
  const replaced = async (values: readonly Float32Array[], under: Scheme | null): Promise<Map<string, TensorBytes>> => {
    const found = new Map<string, TensorBytes>();
    for (const [i, { shape, name }] of [first, second].entries()) {
      const numbers = under ? await quantizeTensor(values[i], shape, null, under) : values[i];
      found.set(name, { dataType: 'float32', shape, raw: stored(numbers, 'float32') });
    }
    return found;
  };
  const outputs = async (change: Change): Promise<readonly RunTensor[]> => {
    const session = await replay.chain(pair.nodes, new Map(), change);
    try {
      const found: RunTensor[] = [];
      for (const values of runs)
        found.push(given(await session.run(new Map(session.inputs.map((name) => [name, given(values, name)]))), output));
      return found;
    } finally {
      await session.release();
    }
  };
  const float = await outputs({});
  const same = sqnrOf(float, await outputs({ replaced: await replaced([even.first, even.second], null), changed }));
  if (same === undefined || (same !== null && same < SAME_DB)) return null;
  const plainDb = sqnrOf(float, await outputs({ replaced: await replaced(weights, scheme) }));
  const equalizedDb = sqnrOf(float, await outputs({ replaced: await replaced([even.first, even.second], scheme), changed }));
  return plainDb === undefined || equalizedDb === undefined
    ? null
    : { first: pair.first, second: pair.second, clips: pair.clips.length > 0, factors, plainDb, equalizedDb };
}
