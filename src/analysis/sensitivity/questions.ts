import { parseScheme, payloadBits } from '../../core/formats/index.js';
import { fewestBits } from '../fewestBits.js';
import { farScheme, firstScheme, someOf } from '../predict.js';
import { effectsDb, gainOf } from './effects.js';
import { localErrors, schemeIndex, type Question, type RunRecord } from './record.js';
import { granularitiesOf, partnerOf } from './schemes.js';

/** Questions that can be asked at once. What the next round asks depends on their answers. */
export interface Round {
  /** In the order of most likely trouble. */
  readonly questions: readonly Question[];
  /** Questions that are expected in the rounds to come. */
  readonly later: number;
}

type Single = 'weight' | 'activation';

/** What is expected of the second and third round, for each question of the first. */
const LATER = [1.5, 0.5, 0.1];

/**
 * What engines are to be asked next; null when all is asked. With `exhaustive` that is every layer under every scheme. Else first each layer under one
 * scheme; then under the one that would be chosen for it, as far as can be predicted; once more where it was not to be chosen after all;
 * and at last some layers under some other scheme, to see how good predictions are.
 * @param targetSqnr what a chosen scheme keeps at the outputs, dB
 */
export function questionRound(record: RunRecord, round: number, exhaustive: boolean, targetSqnr: number): Round | null {
  const order = troubleOrder(record);
  const places = order.flatMap((layer) => singles(record, layer).map((target) => ({ layer, target })));
  if (exhaustive) {
    if (round > 0) return null;
    const byPlace = [
      ...places.map(({ layer, target }) => everyScheme(record, layer, target)),
      ...order.map((layer) => both(record, layer)),
    ];
    return { questions: inTurn(byPlace), later: 0 };
  }
  const later = Math.round((LATER[round] ?? 0) * places.length);
  switch (round) {
    case 0:
      return { questions: inTurn(places.map(({ layer, target }) => firstQuestions(record, layer, target))), later };
    case 1:
    case 2:
      return { questions: places.flatMap(({ layer, target }) => chosenQuestion(record, layer, target, targetSqnr, round === 1)), later };
    case 3:
      return { questions: checks(record, places), later };
    default:
      return null;
  }
}

/** Layers that can be changed: those that pass on most of their noise first, as far as that was measured, else those with most of it. */
export function troubleOrder(record: RunRecord): readonly number[] {
  const order = record.started!.layers.flatMap(({ part }, layer) => (part === null ? [] : [layer]));
  const trouble = new Map(
    order.map((layer) => [layer, gainOf(record, layer) ?? Math.min(...localErrors(record, layer, 'weight').map((db) => db ?? Infinity))]),
  );
  return order.sort((a, b) => compare(trouble.get(a)!, trouble.get(b)!) || a - b);
}

/** Infinity less Infinity is no order. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** First one question of each list, so that something is known of all layers early, then the second ones, and so on. */
function inTurn(lists: readonly (readonly Question[])[]): readonly Question[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1))).flat();
}

/** What of a layer is asked about. */
function singles(record: RunRecord, layer: number): readonly Single[] {
  const place = record.started!.layers[layer];
  return (['weight', 'activation'] as const).filter(
    (target) => place[target] && record.targets.some((wanted) => wanted === target || wanted === 'both'),
  );
}

const question = (layer: number, target: Single, scheme: number, check = false): Question => ({
  layer,
  target,
  weight: target === 'weight' ? scheme : null,
  activation: target === 'activation' ? scheme : null,
  check,
});

const everyScheme = (record: RunRecord, layer: number, target: Single): readonly Question[] =>
  record.schemes[target].map((_, i) => question(layer, target, i));

function both(record: RunRecord, layer: number): readonly Question[] {
  const place = record.started!.layers[layer];
  if (!record.targets.includes('both') || !place.weight || !place.activation) return [];
  return record.schemes.weight.flatMap((_, weight): Question[] => {
    const activation = partnerOf(record.schemes, weight);
    return activation === undefined ? [] : [{ layer, target: 'both', weight, activation, check: false }];
  });
}

type Known = readonly (number | null)[];

/** Local errors of all schemes; undefined where the layer's own output does not tell them, so that nothing can be predicted from it. */
function known(record: RunRecord, layer: number, target: Single): Known | undefined {
  const local = localErrors(record, layer, target);
  return local.every((db) => db !== undefined) ? local : undefined;
}

function firstQuestions(record: RunRecord, layer: number, target: Single): readonly Question[] {
  const local = known(record, layer, target);
  if (!local) return everyScheme(record, layer, target);
  const first = firstScheme(local);
  return first === undefined ? [] : [question(layer, target, first)];
}

const measured = (record: RunRecord, layer: number, target: Single): readonly number[] =>
  (record.answers.get(layer) ?? []).flatMap((answer) => (answer.question.target === target ? [schemeIndex(answer.question)] : []));

/** The scheme that would be chosen, unless it is measured already. @param another ask about another one then */
function chosenQuestion(record: RunRecord, layer: number, target: Single, targetSqnr: number, another: boolean): readonly Question[] {
  const local = known(record, layer, target);
  const asked = measured(record, layer, target);
  if (!local || asked.length === 0) return [];
  const effects = effectsDb(record, layer, target);
  const candidates = record.schemes[target].map((text, i) => {
    const { format } = parseScheme(text);
    return { bits: payloadBits(format), integer: format.kind === 'integer', sqnrDb: effects[i] ?? null };
  });
  const chosen = fewestBits(candidates, targetSqnr)?.index;
  const next =
    chosen !== undefined && !asked.includes(chosen)
      ? chosen
      : another
        ? farScheme(local, granularitiesOf(record.schemes[target]), asked)
        : undefined;
  return next === undefined ? [] : [question(layer, target, next)];
}

/** Some of all that is predicted: as many as an eighth of the places, three at least. */
function checks(record: RunRecord, places: readonly { readonly layer: number; readonly target: Single }[]): readonly Question[] {
  const predicted = places.flatMap(({ layer, target }): readonly Question[] => {
    const local = known(record, layer, target);
    const asked = measured(record, layer, target);
    if (!local || asked.length === 0) return [];
    return local.flatMap((db, i) => (db === null || asked.includes(i) ? [] : [question(layer, target, i, true)]));
  });
  return someOf(predicted, Math.max(3, Math.ceil(places.length / 8)));
}
