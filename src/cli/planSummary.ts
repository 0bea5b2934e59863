import { runtimes, type RuntimeName } from '../analysis/plan/runtimes.js';
import type { PlannedModel } from '../analysis/plan/planModel.js';
import type { Totals } from '../report/plan.js';
import { formatBytes, formatCount, formatDecibels, formatReal } from '../report/units.js';
import { renderTable, type Column } from './table.js';

interface AssignedLayer {
  readonly name: string;
  readonly op: string;
  readonly parameters: number;
  readonly scheme: string | null;
  readonly bits: number | null;
  readonly sqnrDb: number | null;
}

const assigned: readonly Column<AssignedLayer>[] = [
  { title: 'Layer', align: 'left', cell: ({ name }) => name, max: 40 },
  { title: 'Operator', align: 'left', cell: ({ op }) => op },
  { title: 'Weights', align: 'right', cell: ({ parameters }) => formatCount(parameters) },
  { title: 'Scheme', align: 'left', cell: ({ scheme }) => scheme ?? 'as it is' },
  { title: 'Bits', align: 'right', cell: ({ bits }) => (bits === null ? '–' : bits.toFixed(2)) },
  { title: 'SQNR (dB)', align: 'right', cell: ({ scheme, sqnrDb }) => (scheme === null ? '–' : formatDecibels(sqnrDb)) },
];

type NamedTotals = Totals & { readonly title: string };

function picojoules(value: number): string {
  if (value >= 1e9) return `${formatReal(value / 1e9)} mJ`;
  return value >= 1e6 ? `${formatReal(value / 1e6)} µJ` : `${formatReal(value)} pJ`;
}

const totals: readonly Column<NamedTotals>[] = [
  { title: 'Estimates', align: 'left', cell: ({ title }) => title },
  { title: 'Weights', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
  { title: 'Bits', align: 'right', cell: ({ effectiveBits }) => effectiveBits.toFixed(2) },
  { title: 'Weight SQNR (dB)', align: 'right', cell: ({ weightSqnrDb }) => formatDecibels(weightSqnrDb) },
  { title: 'Bit operations', align: 'right', cell: ({ bops }) => (bops === null ? '–' : formatReal(bops)) },
  ...(['arithmetic', 'sram', 'dram'] as const).map((part): Column<NamedTotals> => ({
    title: { arithmetic: 'Arithmetic', sram: 'SRAM', dram: 'DRAM' }[part],
    align: 'right',
    cell: ({ energyParts }) => (energyParts ? picojoules(energyParts[part]) : '–'),
  })),
];

/** The assignment, what it costs, and what float32 and int8 would: what `plan` prints. */
export function renderPlan({ plan, report }: PlannedModel): string {
  const rows = report.layers.map((layer, i): AssignedLayer => {
    const scheme = plan.assignments[i].weight;
    const error = layer.errors.find((candidate) => candidate.scheme === scheme);
    const { name, op, parameters } = layer;
    return { name, op, parameters, scheme, bits: error?.effectiveBits ?? null, sqnrDb: error?.sqnrDb ?? null };
  });
  const { float32, int8 } = plan.baselines;
  const { method, greedyLoss, loss, bound } = plan.solver;
  const above = (value: number): string => (bound > 0 ? `${(100 * Math.max(0, value / bound - 1)).toFixed(2)} %` : '0.00 %');
  return [
    `${plan.model.file}: plan for ${plan.budget} on ${runtimes[plan.runtime as RuntimeName].title}`,
    'Evidence: weights alone; nothing was measured at the outputs. Noises of the weights are added up; activations stay as they are.',
    '',
    renderTable(rows, assigned),
    '',
    renderTable<NamedTotals>(
      [
        { title: 'float32', ...float32 },
        { title: 'int8 everywhere', ...int8 },
        { title: 'this plan', ...plan.predicted },
      ],
      totals,
    ),
    '',
    `${method === 'exact' ? 'No assignment is better' : 'The solver ran out of time'}: ${above(loss)} above the bound of all assignments, the greedy answer ${above(greedyLoss)}.`,
    plan.predicted.energyParts
      ? 'Energy and bit operations are for one sample: 45 nm (Horowitz 2014), each weight from DRAM once, operands from an 8 KB SRAM.'
      : 'Energy and bit operations are unknown: the shapes of some layers cannot be inferred.',
    '',
  ].join('\n');
}
