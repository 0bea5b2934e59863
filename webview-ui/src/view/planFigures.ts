/** What the charts and tables of a plan show, as rows and sentences. */
import type { LayerCosts, Plan, Totals } from '../../../src/report/plan.js';
import { formatBytes, formatCount, formatDb, formatReal, formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';
import { displayName, nameInText } from '../text/names.js';
import { plannerText } from '../text/planner.js';
import {
  axisValue,
  axisWord,
  codeBits,
  formatAxis,
  formatEnergy,
  formatSeconds,
  predictedDb,
  type Axis,
  type FrontPoint,
} from './plans.js';
import { wasRun } from './planWords.js';

/** What the front says: how much is gained by how much more. */
export function frontReading(plan: Plan, axis: Axis, points: readonly FrontPoint[]): string {
  if (points.length === 0) return t('There is no front by {0}: it is not known of all layers.', axisWord(axis));
  const [first, last] = [points[0], points[points.length - 1]];
  const range = t(
    '{0} plans from {1} with {2} dB to {3} with {4} dB, predicted.',
    formatCount(points.length),
    formatAxis(axis, first.x),
    formatDb(first.db),
    formatAxis(axis, last.x),
    formatDb(last.db),
  );
  const { measured } = plan;
  const predicted = predictedDb(plan, plan.predicted);
  if (!measured || measured.outputSqnrDb === null || predicted === null) return range;
  const off = measured.outputSqnrDb - predicted;
  const said =
    Math.abs(off) < 0.05
      ? t('The found plan does what was predicted.')
      : off > 0
        ? t('The found plan does {0} dB better than predicted.', formatDb(off))
        : t('The found plan does {0} dB worse than predicted.', formatDb(-off));
  return `${range} ${said}`;
}

/** Bits of one layer's weight and of what it takes in; of the latter 32 where it stays float. */
export interface LayerBits {
  readonly layer: string;
  readonly weight: number;
  readonly activation: number;
}

export const layerBits = (
  plan: Plan,
  { weights, activations }: { readonly weights: readonly (string | null)[]; readonly activations: readonly (string | null)[] },
): readonly LayerBits[] =>
  plan.assignments.map(({ layer }, i) => ({ layer, weight: codeBits(weights[i]), activation: codeBits(activations[i]) }));

/** How the widths are spread over the layers. */
export function bitsReading(rows: readonly LayerBits[]): string {
  const counts = new Map<number, number>();
  for (const { weight } of rows) counts.set(weight, (counts.get(weight) ?? 0) + 1);
  const parts = [...counts]
    .sort(([a], [b]) => a - b)
    .map(([bits, count]) => (count === 1 ? t('1 layer with {0} bits', bits) : t('{0} layers with {1} bits', formatCount(count), bits)));
  const inputs = rows.filter(({ activation }) => activation < 32).length;
  const taken =
    inputs === 0
      ? t('inputs of layers stay float')
      : inputs === 1
        ? t('the input of 1 layer quantized')
        : t('inputs of {0} layers quantized', formatCount(inputs));
  return t('Weights: {0}; {1}.', parts.join(t(', ')), taken);
}

/** What is held while one operator runs. */
export interface MemoryStep {
  readonly node: string;
  readonly weights: number;
  readonly held: number;
}

/** Memory over the order of execution; empty where it is not known. */
export function memorySteps({ costs, predicted }: Plan): readonly MemoryStep[] {
  const { order = [], held = [] } = costs.activations ?? {};
  return held.map((bytes, i) => ({ node: order[i] ?? '', weights: predicted.bytes, held: bytes }));
}

export const peakStep = (steps: readonly MemoryStep[]): number =>
  steps.reduce((best, { held }, i) => (best < 0 || held > steps[best].held ? i : best), -1);

/** At most `most` of the steps, in their order: of neighbours the one that holds most, so that peaks stay. */
export function thinned(steps: readonly MemoryStep[], most: number): readonly { readonly step: MemoryStep; readonly at: number }[] {
  const size = Math.max(1, Math.ceil(steps.length / most));
  return Array.from({ length: Math.ceil(steps.length / size) }, (_, i) => {
    const part = steps.slice(i * size, (i + 1) * size);
    const best = peakStep(part);
    return { step: part[best], at: i * size + best };
  });
}

export function memoryReading(plan: Plan, steps: readonly MemoryStep[]): string {
  const at = peakStep(steps);
  if (at < 0) return t('Unknown: the shapes of some values cannot be inferred.');
  const { node, weights, held } = steps[at];
  return t(
    'At most {0}: {1} of weights and {2} of values while {3} runs, in {4}. An estimate for {5}.',
    formatBytes(weights + held),
    formatBytes(weights),
    formatBytes(held),
    nameInText(node),
    plan.costs.activations?.asStored ? t('the order of the file') : t('an order found for it'),
    batchWords(plan),
  );
}

const batchWords = ({ costs: { batch } }: Plan): string => (batch === 1 ? t('one sample') : t('{0} samples', formatCount(batch)));

/** Energy of the model in one format, by where it goes. */
export interface EnergyBar {
  readonly label: string;
  readonly arithmetic: number;
  readonly sram: number;
  readonly dram: number;
}

/** float32, int8 and the plan; empty where MACs are not known. */
export function energyBars(plan: Plan, totals: Totals): readonly EnergyBar[] {
  const bar = (label: string, { energyParts }: Totals): EnergyBar[] => (energyParts ? [{ label, ...energyParts }] : []);
  return [...bar('float32', plan.baselines.float32), ...bar('int8', plan.baselines.int8), ...bar(t('plan'), totals)];
}

const total = ({ arithmetic, sram, dram }: EnergyBar): number => arithmetic + sram + dram;

export function energyReading(plan: Plan, bars: readonly EnergyBar[]): string {
  const last = bars.at(-1);
  if (!last) return t('Unknown: the shapes of some layers cannot be inferred.');
  const parts = [
    [last.dram, t('main memory')],
    [last.sram, t('memory beside the arithmetic')],
    [last.arithmetic, t('arithmetic')],
  ] as const;
  const [most, where] = parts.reduce((a, b) => (b[0] > a[0] ? b : a));
  return t(
    '{0} for {1}, {2} times less than float32; {3} of it goes to {4}. An estimate: {5}.',
    formatEnergy(total(last)),
    batchWords(plan),
    formatReal(total(bars[0]) / total(last)),
    formatShare(most / total(last)),
    where,
    displayName(plan.costs.energySource, 200),
  );
}

/** A layer in the roofline chart. */
export interface RooflinePoint {
  readonly index: number;
  readonly layer: string;
  readonly intensity: number;
  /** Multiply-accumulates a second. */
  readonly performance: number;
  readonly bound: 'compute' | 'memory';
  readonly seconds: number;
}

export const rooflinePoints = ({ costs }: Plan): readonly RooflinePoint[] =>
  costs.layers.flatMap(({ layer, intensity, macs, seconds, bound }: LayerCosts, index) =>
    intensity && macs && seconds && bound ? [{ index, layer, intensity, performance: macs / seconds, bound, seconds }] : [],
  );

/** Peaks of the machine that lie above what the layers reach, with what they are of. */
export function roofs({ costs: { profile } }: Plan): readonly { readonly label: string; readonly peak: number }[] {
  const { peak } = profile;
  if (!peak) return [];
  const of = (kind: string, figures: Readonly<Record<string, number>>) =>
    Object.entries(figures).map(([bits, figure]) => ({ label: `${kind}${bits}`, peak: figure }));
  const byPeak = new Map<number, string[]>();
  for (const { label, peak: figure } of [...of('int', peak.integer), ...of('float', peak.float)])
    byPeak.set(figure, [...(byPeak.get(figure) ?? []), label]);
  return [...byPeak].sort(([a], [b]) => a - b).map(([figure, labels]) => ({ label: labels.join(t(', ')), peak: figure }));
}

export function rooflineReading(plan: Plan, points: readonly RooflinePoint[]): string {
  if (points.length === 0) return t('Unknown: the shapes of some layers cannot be inferred.');
  const memory = points.filter(({ bound }) => bound === 'memory').length;
  const all = points.reduce((sum, { seconds }) => sum + seconds, 0);
  const longest = points.reduce((a, b) => (b.seconds > a.seconds ? b : a));
  return t(
    '{0} of {1} layers are bound by memory on {2}; {3} takes longest: {4} of {5}. An estimate from below.',
    formatCount(memory),
    formatCount(points.length),
    displayName(plan.costs.profile.name, 60),
    nameInText(longest.layer),
    formatSeconds(longest.seconds),
    formatSeconds(all),
  );
}

/** A row of the table of before and after. */
export interface TotalsRow {
  readonly id: Axis | 'sqnr';
  readonly label: string;
  readonly cells: readonly string[];
  /** float32 over the plan. */
  readonly ratio: string;
}

/** Totals as float32, as int8 and as planned. */
export function totalsRows(plan: Plan, totals: Totals): readonly TotalsRow[] {
  const columns = [plan.baselines.float32, plan.baselines.int8, totals];
  const cost = (id: Axis): TotalsRow => {
    const values = columns.map((one) => axisValue(id, one));
    const [before, , after] = values;
    return {
      id,
      label: axisWord(id),
      cells: values.map((value) => (value === null ? t('unknown') : formatAxis(id, value))),
      ratio: before === null || after === null || after === 0 ? '' : t('÷ {0}', formatReal(before / after)),
    };
  };
  return [
    {
      id: 'sqnr',
      label: wasRun(plan) ? t('SQNR at the outputs, predicted (dB)') : t('SQNR of the weights (dB)'),
      cells: columns.map((one) => formatDb(predictedDb(plan, one))),
      ratio: '',
    },
    ...(['bytes', 'bits', 'activations', 'bops', 'energy', 'time'] as const).map(cost),
  ];
}

/** What was measured of the plan and of what else a user would do: name, dB, bytes, bits, and where known the accuracy. */
export interface MeasuredRow {
  readonly name: string;
  readonly own: boolean;
  readonly cells: readonly string[];
}

export function measuredRows({ measured, predicted, comparisons }: Plan): readonly MeasuredRow[] {
  if (!measured) return [];
  const row = (name: string, own: boolean, of: Plan['comparisons'][number]): MeasuredRow => ({
    name,
    own,
    cells: [
      formatDb(of.outputSqnrDb),
      formatBytes(of.bytes),
      formatReal(of.effectiveBits),
      of.top1Agreement === null ? '' : formatShare(of.top1Agreement),
      of.accuracy === null ? '' : formatShare(of.accuracy),
    ],
  });
  const { bytes, effectiveBits } = predicted;
  return [
    row(t('this plan'), true, { ...measured, name: '', bytes, effectiveBits }),
    ...comparisons.map((one) => row(plannerText(one.name), false, one)),
  ];
}

/** What the user should know of the plan, a sentence each. */
export function planNotes(plan: Plan): readonly string[] {
  const { solver, budget, measured, notes } = plan;
  const above = (value: number, least: number): string => formatShare(least > 0 ? Math.max(0, value / least - 1) : 0);
  const best =
    budget.startsWith('drop') || solver.method === 'user'
      ? []
      : solver.method === 'exact'
        ? [t('No assignment within the budget is predicted to be better.')]
        : [t('Nothing better was found in time: {0} above the bound of all assignments.', above(solver.loss, solver.bound))];
  const worst = measured?.worst
    ? [t('Most error piles up at {0}: {1} dB there.', nameInText(measured.worst.layer), formatDb(measured.worst.accumulatedSqnrDb))]
    : [];
  return [...best, ...worst, ...notes.map((note) => displayName(plannerText(note), 600))];
}

/** Everything that a table by layer says of its costs. */
export const costCells = ({
  layer,
  macs,
  bops,
  energyPj,
  bytesMoved,
  intensity,
  seconds,
  bound,
}: LayerCosts): readonly (string | number | null)[] => [
  displayName(layer),
  macs,
  bops,
  energyPj,
  bytesMoved,
  intensity,
  seconds,
  bound === null ? null : bound === 'memory' ? t('memory') : t('arithmetic'),
];
