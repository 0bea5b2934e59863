import { schemesToMeasure, schemeToCheck } from '../predict.js';
import { localErrors, type Question, type RunRecord } from './record.js';
import { partnerOf } from './schemes.js';

/** Layers that can be changed, in the order of most likely trouble: lowest local SQNR of any weight scheme first. */
export function troubleOrder(record: RunRecord): readonly number[] {
  const order = record.started!.layers.flatMap(({ part }, layer) => (part === null ? [] : [layer]));
  const worst = new Map(order.map((layer) => [layer, Math.min(...localErrors(record, layer, 'weight').map((db) => db ?? Infinity))]));
  return order.sort((a, b) => worst.get(a)! - worst.get(b)! || a - b);
}

/**
 * What engines are to be asked, in the order of most likely trouble: with `exhaustive` every layer under every scheme, else what the rest can be
 * predicted from, and some more to see how good predictions are.
 */
export function questionsOf(record: RunRecord, exhaustive: boolean): readonly Question[] {
  const order = troubleOrder(record);
  const checkEvery = Math.max(1, Math.floor(order.length / Math.max(3, Math.ceil(order.length / 8))));
  const byLayer = order.map((layer, rank) => {
    const check = rank % checkEvery === 0;
    return [
      single(record, layer, 'weight', exhaustive, check),
      single(record, layer, 'activation', exhaustive, check),
      exhaustive ? both(record, layer) : [],
    ].flatMap((asked) => [...asked.entries()]);
  });
  return rounds(byLayer);
}

/** First one question of every layer and target, so that something is known of all of them early, then the second ones, and so on. */
function rounds(byLayer: readonly (readonly (readonly [round: number, question: Question])[])[]): readonly Question[] {
  const asked: Question[][] = [];
  for (const layer of byLayer) for (const [round, question] of layer) (asked[round] ??= []).push(question);
  return asked.flat();
}

function single(record: RunRecord, layer: number, target: 'weight' | 'activation', exhaustive: boolean, check: boolean): Question[] {
  const place = record.started!.layers[layer];
  if (!place[target] || !record.targets.some((wanted) => wanted === target || wanted === 'both')) return [];
  const local = localErrors(record, layer, target);
  const all = local.map((_, i) => i);
  const ask = (i: number, check: boolean): Question => ({
    layer,
    target,
    weight: target === 'weight' ? i : null,
    activation: target === 'activation' ? i : null,
    check,
  });
  // Where the layer's own output tells nothing, nothing can be predicted from it.
  if (exhaustive || !isKnown(local)) return all.map((i) => ask(i, false));
  const measured = schemesToMeasure(local);
  const checked = check && measured.length < all.length ? schemeToCheck(local, measured) : undefined;
  return [...measured.map((i) => ask(i, false)), ...(checked === undefined ? [] : [ask(checked, true)])];
}

const isKnown = (local: readonly (number | null | undefined)[]): local is readonly (number | null)[] =>
  local.every((db) => db !== undefined);

function both(record: RunRecord, layer: number): Question[] {
  const place = record.started!.layers[layer];
  if (!record.targets.includes('both') || !place.weight || !place.activation) return [];
  return record.schemes.weight.flatMap((_, weight): Question[] => {
    const activation = partnerOf(record.schemes, weight);
    return activation === undefined ? [] : [{ layer, target: 'both', weight, activation, check: false }];
  });
}
