/** What is drawn of a plan, and its figures as tables. */
import type { Plan } from '../../../../src/report/plan.js';
import type { ChartConfig } from '../../charts/chart.js';
import type { ChartTable } from '../../charts/chartTable.js';
import { barsChart } from '../../charts/barsChart.js';
import type { Palette } from '../../charts/palette.js';
import { formatBytes, formatReal } from '../../text/format.js';
import { t } from '../../text/l10n.js';
import { displayName } from '../../text/names.js';
import { costCells, energyBars, memorySteps, peakStep, thinned, type LayerBits } from '../../view/planFigures.js';
import { formatEnergy, formatSeconds } from '../../view/plans.js';
import { NO_LAYER, type DrawBars } from '../layerBars.js';

/** A power of two that is between two and five times in `most`, for figures that are read in bits, KiB and MiB. */
const binaryStep = (most: number): number => 2 ** Math.max(0, Math.ceil(Math.log2(most / 5)));

export const bitsChart =
  (bits: readonly LayerBits[]): DrawBars =>
  (palette, { from, to }, cursor) => {
    const quantized = bits.some(({ activation }) => activation < 32);
    return barsChart(palette, {
      series: [
        { label: t('weights'), values: bits.map(({ weight }) => weight) },
        ...(quantized ? [{ label: t('input'), values: bits.map(({ activation }) => (activation < 32 ? activation : null)) }] : []),
      ],
      from,
      to,
      stacked: true,
      xTitle: t('Layer'),
      yTitle: t('Bits'),
      yStep: binaryStep(bits.reduce((most, { weight, activation }) => Math.max(most, weight + (activation < 32 ? activation : 0)), 1)),
      tick: (place) => String(place + 1),
      title: (place) => displayName(bits[place].layer, 80),
      value: (value) => t('{0} bits', value),
      cursor,
    });
  };

export const bitsTable = ({ assignments }: Plan, bits: readonly LayerBits[]): ChartTable => ({
  columns: [
    { label: t('Layer') },
    { label: t('Weight') },
    { label: t('Bits'), format: String },
    { label: t('Input') },
    { label: t('Input bits'), format: String },
  ],
  rows: () =>
    bits.map(({ layer, weight, activation }, i) => [
      displayName(layer),
      assignments[i].weight ?? t('as it is'),
      weight,
      assignments[i].activation ?? t('as it is'),
      activation,
    ]),
});

/** Bars of memory that are drawn: with more, none can be told from its neighbours. */
const MOST_STEPS = 240;

/** The bars of memory that are drawn, with the layer that each of them is. */
export interface MemoryBars {
  readonly draw: DrawBars;
  readonly order: readonly number[];
  readonly describe: (place: number) => string;
}

export function memoryChart(plan: Plan): MemoryBars | null {
  const all = memorySteps(plan);
  if (all.length === 0) return null;
  const shown = thinned(all, MOST_STEPS);
  const layers = new Map(plan.assignments.map(({ layer }, i) => [layer, i]));
  const steps = shown.map(({ step }) => step);
  const peak = peakStep(steps);
  const most = steps[peak].weights + steps[peak].held;
  const draw: DrawBars = (palette, _, cursor) =>
    barsChart(palette, {
      series: [
        { label: t('weights'), values: steps.map(({ weights }) => weights) },
        { label: t('live values'), values: steps.map(({ held }) => held) },
      ],
      from: 0,
      to: steps.length,
      stacked: true,
      xTitle: t('Step of the execution'),
      yTitle: t('Bytes held'),
      tick: (place) => String(shown[place].at + 1),
      title: (place) => displayName(steps[place].node, 80),
      value: formatBytes,
      yTick: formatBytes,
      yStep: binaryStep(most),
      cursor: cursor ?? peak,
      lines: [{ value: most, label: t('peak {0}', formatBytes(most)) }],
    });
  return {
    draw,
    order: steps.map(({ node }) => layers.get(node) ?? NO_LAYER),
    describe: (place) => t('{0}: {1}', displayName(steps[place].node, 80), formatBytes(steps[place].weights + steps[place].held)),
  };
}

export const memoryTable = (plan: Plan): ChartTable => ({
  columns: [{ label: t('Operator') }, { label: t('Weights'), format: formatBytes }, { label: t('Live values'), format: formatBytes }],
  rows: () => memorySteps(plan).map(({ node, weights, held }) => [displayName(node), weights, held]),
});

export function energyChart(plan: Plan): ((palette: Palette) => ChartConfig) | null {
  const bars = energyBars(plan, plan.predicted);
  if (bars.length === 0) return null;
  return (palette) =>
    barsChart(palette, {
      series: [
        { label: t('arithmetic'), values: bars.map(({ arithmetic }) => arithmetic) },
        { label: t('SRAM'), values: bars.map(({ sram }) => sram) },
        { label: t('DRAM'), values: bars.map(({ dram }) => dram) },
      ],
      from: 0,
      to: bars.length,
      stacked: true,
      xTitle: '',
      yTitle: t('Energy'),
      tick: (place) => bars[place].label,
      title: (place) => bars[place].label,
      value: formatEnergy,
      yTick: formatEnergy,
    });
}

export const energyTable = (plan: Plan): ChartTable => ({
  columns: [
    { label: t('Format') },
    { label: t('arithmetic'), format: formatEnergy },
    { label: t('SRAM'), format: formatEnergy },
    { label: t('DRAM'), format: formatEnergy },
  ],
  rows: () => energyBars(plan, plan.predicted).map(({ label, arithmetic, sram, dram }) => [label, arithmetic, sram, dram]),
});

export const costsTable = (plan: Plan): ChartTable => ({
  columns: [
    { label: t('Layer') },
    { label: t('MACs'), term: 'macs' },
    { label: t('Bit operations'), term: 'bops' },
    { label: t('Energy'), format: formatEnergy },
    { label: t('Bytes moved'), format: formatBytes },
    { label: t('MACs a byte'), format: formatReal },
    { label: t('Time'), term: 'roofline', format: formatSeconds },
    { label: t('Bound by') },
  ],
  rows: () => plan.costs.layers.map(costCells),
});
