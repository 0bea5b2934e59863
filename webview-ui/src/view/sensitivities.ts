/** What quantizing single layers does to the outputs, layer by layer: as rows, in an order, and in a sentence. */
import type { LayerReport, Report, Sensitivity } from '../../../src/report/types.js';
import { formatCount, formatDb } from '../text/format.js';
import { t } from '../text/l10n.js';
import { displayName, nameInText } from '../text/names.js';
import { codeBits } from './plans.js';
import { rank } from './schemes.js';

/** An effect on the outputs; `db` is null when nothing changes. */
export interface Effect {
  readonly db: number | null;
  readonly how: Sensitivity['how'];
}

export type EffectTarget = 'weight' | 'activation' | 'both';

/** The effects of one layer under one width; undefined where they are not known. */
export type EffectRow = Readonly<Record<EffectTarget, Effect | undefined>>;

/** A way to quantize weights, and what goes with it for the input: as many bits, or the most there are. */
export interface SchemePair {
  readonly weight: string;
  readonly activation: string | null;
}

/** What layers were tried under, few bits first. */
export function schemePairs(layers: readonly LayerReport[]): readonly SchemePair[] {
  const of = (target: EffectTarget) =>
    [...new Set(layers.flatMap(({ sensitivity }) => sensitivity.filter((one) => one.target === target).map(({ scheme }) => scheme)))].sort(
      (a, b) => codeBits(a) - codeBits(b),
    );
  const [weights, activations] = [of('weight'), of('activation')];
  return weights.map((weight) => {
    const bits = codeBits(weight);
    return { weight, activation: activations.findLast((scheme) => codeBits(scheme) <= bits) ?? activations[0] ?? null };
  });
}

/** The pair that is shown first: four bits by channel, where there are such. */
export const firstPair = (pairs: readonly SchemePair[]): SchemePair | undefined =>
  pairs.findLast(({ weight }) => codeBits(weight) === 4) ?? pairs[Math.floor(pairs.length / 2)];

const noise = (db: number | null): number => (db === null ? 0 : 10 ** (-db / 10));

/** The effects of a layer. What was not tried with weights and input at once is predicted: the noises of both added up. */
export function effectRow({ sensitivity }: LayerReport, { weight, activation }: SchemePair): EffectRow {
  const effect = (found: Sensitivity | undefined): Effect | undefined => found && { db: found.outputSqnrDb, how: found.how };
  const own = effect(sensitivity.find(({ target, scheme }) => target === 'weight' && scheme === weight));
  const taken = effect(sensitivity.find(({ target, scheme }) => target === 'activation' && scheme === activation));
  const tried = effect(
    sensitivity.find(
      ({ target, scheme, activationScheme }) => target === 'both' && scheme === weight && activationScheme === (activation ?? undefined),
    ),
  );
  const sum = own && taken ? noise(own.db) + noise(taken.db) : null;
  const both = tried ?? (sum === null ? undefined : { db: sum > 0 ? -10 * Math.log10(sum) : null, how: 'predicted' as const });
  return { weight: own, activation: taken, both };
}

/** What a bar of `targets` shows most of: the lowest decibels. */
const worst = (row: EffectRow, targets: readonly EffectTarget[]): number =>
  Math.min(...targets.map((target) => (row[target] ? rank(row[target].db) : Infinity)));

/** Indices of layers: as they are executed, or those that cost the outputs most first. */
export function effectOrder(rows: readonly EffectRow[], targets: readonly EffectTarget[], by: 'order' | 'effect'): readonly number[] {
  const order = rows.map((_, i) => i);
  if (by === 'order') return order;
  const keys = rows.map((row) => worst(row, targets));
  return order.sort((a, b) => (keys[a] === keys[b] ? a - b : keys[a] - keys[b]));
}

export const targetLabel = (target: EffectTarget): string => {
  switch (target) {
    case 'weight':
      return t('weights');
    case 'activation':
      return t('input');
    case 'both':
      return t('weights and input');
  }
};

/** How many layers alone bring the outputs below the target, and which one most. */
export function effectsReading(
  layers: readonly Pick<LayerReport, 'name'>[],
  rows: readonly EffectRow[],
  targets: readonly EffectTarget[],
  target: number,
): string {
  const known = rows.flatMap((row, index) => {
    const db = worst(row, targets);
    return targets.some((one) => row[one]) ? [{ index, db }] : [];
  });
  if (known.length === 0) return t('Nothing was measured with this scheme.');
  const below = known.filter(({ db }) => db < target).length;
  const lowest = known.reduce((a, b) => (b.db < a.db ? b : a));
  const goal = formatDb(target).replace(/[.,]0$/, '');
  const counts =
    below === 0
      ? t('None of {0} layers alone brings the outputs below {1} dB.', formatCount(known.length), goal)
      : below === 1
        ? t('1 of {0} layers alone brings the outputs below {1} dB.', formatCount(known.length), goal)
        : t('{0} of {1} layers alone bring the outputs below {2} dB.', formatCount(below), formatCount(known.length), goal);
  if (lowest.db === Infinity) return counts;
  const most = t('Most harm comes from {0}: {1} dB.', nameInText(layers[lowest.index].name), formatDb(lowest.db));
  return `${counts} ${most}`;
}

/** The effects of a layer in words. */
export function effectWords({ name }: Pick<LayerReport, 'name'>, row: EffectRow, targets: readonly EffectTarget[]): string {
  const parts = targets.flatMap((target) => {
    const effect = row[target];
    if (!effect) return [];
    const db = t('{0} dB', formatDb(effect.db));
    return [
      effect.how === 'predicted' ? t('{0} {1}, predicted', targetLabel(target), db) : t('{0} {1}, measured', targetLabel(target), db),
    ];
  });
  return t('{0}: {1}', displayName(name, 80), parts.length > 0 ? parts.join(t(', ')) : t('not measured'));
}

/** Errors that pile up when all layers are quantized, and what the outputs gain by leaving one in float. */
export interface TogetherRow {
  /** dB at the layer's own output; null when there is no error, undefined where it is not known. */
  readonly accumulated: number | null | undefined;
  /** dB that the outputs gain; undefined where it is not known. */
  readonly gain: number | undefined;
}

export function togetherRows({ layers, run }: Pick<Report, 'layers' | 'run'>): readonly TogetherRow[] {
  const all = run?.together?.outputSqnrDb;
  return layers.map(({ together }) => {
    const without = together?.withoutSqnrDb;
    return {
      accumulated: together?.accumulatedSqnrDb,
      gain: typeof without === 'number' && typeof all === 'number' ? without - all : undefined,
    };
  });
}

/** Where most error has piled up. */
export function accumulatedReading({ layers, run }: Pick<Report, 'layers' | 'run'>, rows: readonly TogetherRow[]): string {
  const together = run?.together;
  const known = rows.flatMap(({ accumulated }, index) => (typeof accumulated === 'number' ? [{ index, db: accumulated }] : []));
  if (known.length === 0) return t('Nothing was measured with all layers quantized.');
  const lowest = known.reduce((a, b) => (b.db < a.db ? b : a));
  const [name, db] = [nameInText(layers[lowest.index].name), formatDb(lowest.db)];
  // what the outputs keep is known once the run has ended
  if (!together) return t('Most error piles up at {0}: {1} dB there.', name, db);
  return t(
    'With all layers at {0} the outputs keep {1} dB; most error has piled up at {2}: {3} dB.',
    togetherWords(together),
    formatDb(together.outputSqnrDb),
    name,
    db,
  );
}

const togetherWords = ({ scheme, activationScheme }: { readonly scheme: string; readonly activationScheme: string | null }): string =>
  activationScheme === null ? scheme : `${scheme} + ${activationScheme}`;

/** Which layer is worth most left in float. */
export function leaveOneOutReading({ layers }: Pick<Report, 'layers'>, rows: readonly TogetherRow[]): string {
  const known = rows.flatMap(({ gain }, index) => (gain === undefined ? [] : [{ index, gain }]));
  if (known.length === 0) return t('Nothing was measured with all layers quantized.');
  const most = known.reduce((a, b) => (b.gain > a.gain ? b : a));
  if (most.gain < 0.05) return t('No single layer left in float helps the outputs.');
  return t('Leaving {0} in float helps most: {1} dB at the outputs.', nameInText(layers[most.index].name), formatDb(most.gain));
}

/** Those with most gain first, or in their order. */
export function gainOrder(rows: readonly TogetherRow[], by: 'order' | 'effect'): readonly number[] {
  const order = rows.map((_, i) => i);
  if (by === 'order') return order;
  return order.sort((a, b) => (rows[b].gain ?? -Infinity) - (rows[a].gain ?? -Infinity) || a - b);
}

/** A value that bars of decibels grow from: above all that is shown. */
export function baseDb(values: readonly (number | null | undefined)[], target: number): number {
  const most = values.reduce<number>(
    (best, value) => (typeof value === 'number' && Number.isFinite(value) ? Math.max(best, value) : best),
    target,
  );
  return Math.ceil((most + 5) / 10) * 10;
}
