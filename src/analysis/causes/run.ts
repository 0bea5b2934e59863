import type { JoinFacts, LayerTrial, PairFacts, TrialOutcome, Variant } from '../../engine/index.js';
import type { Model } from '../../model/types.js';
import type { Finding } from '../../report/types.js';
import type { StageContext } from '../sensitivity/stages.js';
import { deadInputs } from './deadChannels.js';
import { byGain, gainOf, settled } from './finding.js';
import { layerImbalance, PAIR_SCHEME } from './layerImbalance.js';
import { JOIN_SCHEME, MISMATCH, rangeMismatch } from './rangeMismatch.js';
import { trialsOf, type Trial } from './trials.js';

/** What a stage of trials costs, in passes of the model over all samples: they are of a few samples, but of every layer again and again. */
export const CAUSES_COST = 2;

/**
 * What makes layers hard to quantize, its remedies tried by the engines: on layers, on pairs of layers, and where values join.
 * @param weightFindings by layer, what the weights alone told; they are tried again, at the layers' outputs
 */
export async function measureCauses(
  { engines, record, progress, tell }: StageContext,
  model: Model,
  weightFindings: readonly (readonly Finding[])[],
): Promise<void> {
  const started = record.started!;
  const parts = Array.from({ length: started.parts }, (_, part) => part);
  const trials = new Map<number, readonly Trial[]>();
  for (const [layer, facts] of record.facts) {
    const weight = weightFindings[layer] ?? [];
    const untried = weight.filter(({ apply }) => apply === undefined);
    const dead = facts.inputChannels && deadInputs(facts.inputChannels, model.layers[layer].weight.elements);
    record.findings.set(layer, [...untried, ...(dead ? [dead] : [])].sort(byGain));
    trials.set(layer, trialsOf(facts, model.layers[layer], weight));
  }
  const add = (layer: number, found: readonly (Finding | null)[]): void => {
    const known = record.findings.get(layer) ?? [];
    record.findings.set(layer, [...known, ...found.filter((finding) => finding !== null)].sort(byGain));
    tell(layer);
  };

  const layersOf = (part: number): readonly number[] => [...trials.keys()].filter((layer) => started.layers[layer].part === part);
  progress.begin('causes', new Array<number>(3 * parts.length).fill(CAUSES_COST / (3 * parts.length)), engines.processes);
  await engines.each(
    'trials',
    parts,
    (part) => ({ part, trials: layersOf(part).map((layer): LayerTrial => ({ layer, variants: variantsOf(trials.get(layer)!) })) }),
    (part, outcomes, seconds) => {
      layersOf(part).forEach((layer, i) => add(layer, settle(trials.get(layer)!, outcomes[i])));
      progress.done('causes', part, seconds);
    },
  );
  await engines.each(
    'pairs',
    parts,
    (part) => ({ part, scheme: PAIR_SCHEME }),
    (part, pairs, seconds) => {
      for (const pair of pairs) add(pair.first, [pairFinding(pair, model)]);
      progress.done('causes', parts.length + part, seconds);
    },
  );
  await engines.each(
    'joins',
    parts,
    (part) => ({ part, scheme: JOIN_SCHEME, ratio: MISMATCH }),
    (part, joins, seconds) => {
      for (const join of joins) if (join.layer !== null) add(join.layer, [joinFinding(join)]);
      progress.done('causes', 2 * parts.length + part, seconds);
    },
  );
}

const key = (variant: Variant): string => JSON.stringify(variant);

/** Every variant once. */
const variantsOf = (trials: readonly Trial[]): readonly Variant[] => [
  ...new Map(trials.flatMap(({ before, after }) => [before, after]).map((variant) => [key(variant), variant])).values(),
];

function settle(trials: readonly Trial[], outcome: TrialOutcome): readonly (Finding | null)[] {
  const sqnr = new Map(variantsOf(trials).map((variant, i) => [key(variant), outcome.sqnrDb[i]]));
  return trials.map(({ before, after, finding }) => finding(sqnr.get(key(before)), sqnr.get(key(after)), outcome.inputs));
}

function pairFinding(pair: PairFacts, { layers }: Model): Finding | null {
  const candidate = layerImbalance(pair, layers[pair.second].name);
  return candidate && settled(candidate, gainOf(pair.plainDb, pair.equalizedDb), 'output');
}

const joinFinding = (join: JoinFacts): Finding | null => settled(rangeMismatch(join), gainOf(join.sharedDb, join.ownDb), 'output');
