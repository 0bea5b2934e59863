import { parseScheme, type Scheme } from '../../core/formats/index.js';
import { quantizeTensor } from '../../core/quantizeTensor.js';
import { equalize } from '../../core/remedies/equalize.js';
import { equalizablePairs, type EqualizablePair } from '../../model/readers/onnx/equalizable.js';
import type { TensorBytes } from '../../model/writers/onnx/messages.js';
import { RunError, type RunTensor, type RunTensors } from '../backend/types.js';
import type { PairFacts } from '../process/protocol.js';
import { given } from '../replay/prepare.js';
import type { Change } from '../replay/replay.js';
import { storedTensors } from '../replay/stored.js';
import type { Running } from '../running.js';
import { stored } from '../storedWeight.js';
import { equalizedNodes } from '../surgery/equalize.js';
import { collect } from './collect.js';
import { dynamicInputs } from './dynamic.js';
import { sqnrOf } from './errors.js';

/** The float model must stay what it is: equalization that changes it by more than this is none. */
const SAME_DB = 80;

/** What equalizing pairs of layers gains whose first one is in a part: both weights quantized, before and after. */
export async function pairTrials(at: Running, part: number, scheme: string): Promise<readonly PairFacts[]> {
  const inside = new Set(at.replay.parts[part].nodes);
  const pairs = pairsOf(at).filter(({ nodes }) => inside.has(nodes[0]));
  const runs = await collect(at, part, [...new Set(pairs.flatMap(({ nodes }) => dynamicInputs(at, nodes)))]);
  const found: PairFacts[] = [];
  for (const pair of pairs) {
    try {
      const facts = await tryPair(at, pair, runs, parseScheme(scheme));
      if (facts) found.push(facts);
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
    }
  }
  return found;
}

/** Pairs whose second layer is run as well, and whose weights can be replaced where they are. */
function pairsOf({ prepared, places, model, file }: Running): readonly EqualizablePair[] {
  const { graph } = prepared.cut;
  const constants = storedTensors(file, prepared.cut);
  const layerNodes = places.map(({ node, weight, output }) => (weight && output !== null ? node : null));
  return equalizablePairs({
    nodes: graph.nodes,
    outputs: graph.outputs,
    layerNodes,
    layers: model.layers,
    constant: (name) => constants.get(name)?.tensor,
  });
}

async function tryPair(at: Running, pair: EqualizablePair, runs: readonly RunTensors[], scheme: Scheme): Promise<PairFacts | null> {
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

/** The numbers of a pair's biases and clip bounds. */
async function constantsBetween(
  { prepared, file }: Running,
  { biases, clips }: EqualizablePair,
): Promise<ReadonlyMap<string, { readonly shape: readonly number[]; readonly numbers: Float32Array }>> {
  const constants = storedTensors(file, prepared.cut);
  const { nodes } = prepared.cut.graph;
  const names = [...biases.map(({ value }) => value), ...clips.flatMap(({ node }) => nodes[node].proto.input.slice(1))];
  const found = new Map<string, { readonly shape: readonly number[]; readonly numbers: Float32Array }>();
  for (const name of names) {
    const tensor = constants.get(name)?.tensor;
    if (tensor) found.set(name, { shape: tensor.shape, numbers: await tensor.read(0, tensor.elements) });
  }
  return found;
}
