import { runtimes, type RuntimeName } from '../analysis/plan/runtimes.js';
import type { PlannedModel } from '../analysis/plan/planModel.js';
import type { Comparison, LayerCosts, OutputFigures, Plan, PlanCosts, Totals } from '../report/plan.js';
import type { Report } from '../report/types.js';
import { formatBytes, formatCount, formatDecibels, formatReal } from '../report/units.js';
import { renderTable, type Column } from './table.js';

interface AssignedLayer {
  readonly name: string;
  readonly op: string;
  readonly parameters: number;
  readonly scheme: string | null;
  readonly bits: number | null;
  readonly sqnrDb: number | null;
  readonly activation: string | null;
  /** At the outputs with this layer alone as planned, dB; undefined where it is not known. */
  readonly effectDb: number | null | undefined;
}

const assigned: readonly Column<AssignedLayer>[] = [
  { title: 'Layer', align: 'left', cell: ({ name }) => name, max: 40 },
  { title: 'Operator', align: 'left', cell: ({ op }) => op },
  { title: 'Weights', align: 'right', cell: ({ parameters }) => formatCount(parameters) },
  { title: 'Scheme', align: 'left', cell: ({ scheme }) => scheme ?? 'as it is' },
  { title: 'Bits', align: 'right', cell: ({ bits }) => (bits === null ? '–' : bits.toFixed(2)) },
  { title: 'SQNR (dB)', align: 'right', cell: ({ scheme, sqnrDb }) => (scheme === null ? '–' : formatDecibels(sqnrDb)) },
];

/** Only where the model was run. */
const ran: readonly Column<AssignedLayer>[] = [
  { title: 'Takes in', align: 'left', cell: ({ activation }) => activation ?? 'as it is' },
  { title: 'Outputs (dB)', align: 'right', cell: ({ effectDb }) => (effectDb === undefined ? '–' : formatDecibels(effectDb)) },
];

type Named<T> = T & { readonly title: string };

function picojoules(value: number): string {
  if (value >= 1e9) return `${formatReal(value / 1e9)} mJ`;
  return value >= 1e6 ? `${formatReal(value / 1e6)} µJ` : `${formatReal(value)} pJ`;
}

function duration(seconds: number): string {
  if (seconds >= 1) return `${formatReal(seconds)} s`;
  return seconds >= 1e-3 ? `${formatReal(seconds * 1e3)} ms` : `${formatReal(seconds * 1e6)} µs`;
}

const orDash = (value: number | null, write: (value: number) => string): string => (value === null ? '–' : write(value));

const totals: readonly Column<Named<Totals>>[] = [
  { title: 'Estimates', align: 'left', cell: ({ title }) => title },
  { title: 'Weights', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
  { title: 'Bits', align: 'right', cell: ({ effectiveBits }) => effectiveBits.toFixed(2) },
  { title: 'Weight SQNR (dB)', align: 'right', cell: ({ weightSqnrDb }) => formatDecibels(weightSqnrDb) },
  { title: 'Activations', align: 'right', cell: ({ peakActivationBytes }) => orDash(peakActivationBytes, formatBytes) },
  { title: 'Bit operations', align: 'right', cell: ({ bops }) => orDash(bops, formatReal) },
  ...(['arithmetic', 'sram', 'dram'] as const).map((part): Column<Named<Totals>> => ({
    title: { arithmetic: 'Arithmetic', sram: 'SRAM', dram: 'DRAM' }[part],
    align: 'right',
    cell: ({ energyParts }) => (energyParts ? picojoules(energyParts[part]) : '–'),
  })),
  { title: 'Time', align: 'right', cell: ({ seconds }) => orDash(seconds, duration) },
];

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

const measurements: readonly Column<Comparison>[] = [
  { title: 'Measured', align: 'left', cell: ({ name }) => name },
  { title: 'Weights', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
  { title: 'Bits', align: 'right', cell: ({ effectiveBits }) => effectiveBits.toFixed(2) },
  { title: 'Outputs (dB)', align: 'right', cell: ({ outputSqnrDb }) => formatDecibels(outputSqnrDb) },
  { title: 'KL', align: 'right', cell: ({ kl }) => orDash(kl, formatReal) },
  { title: 'Same class', align: 'right', cell: ({ top1Agreement }) => orDash(top1Agreement, percent) },
  { title: 'Accuracy', align: 'right', cell: ({ accuracy }) => orDash(accuracy, percent) },
];

const details: readonly Column<LayerCosts>[] = [
  { title: 'Layer', align: 'left', cell: ({ layer }) => layer, max: 40 },
  { title: 'Weight', align: 'right', cell: ({ weightBytes }) => formatBytes(weightBytes) },
  { title: 'MACs', align: 'right', cell: ({ macs }) => orDash(macs, formatCount) },
  { title: 'Bit operations', align: 'right', cell: ({ bops }) => orDash(bops, formatReal) },
  { title: 'Energy', align: 'right', cell: ({ energyPj }) => orDash(energyPj, picojoules) },
  { title: 'Moved', align: 'right', cell: ({ bytesMoved }) => orDash(bytesMoved, formatBytes) },
  { title: 'MACs/byte', align: 'right', cell: ({ intensity }) => orDash(intensity, formatReal) },
  { title: 'Time', align: 'right', cell: ({ seconds }) => orDash(seconds, duration) },
  { title: 'Bound', align: 'left', cell: ({ bound }) => bound ?? '–' },
  { title: 'Binary', align: 'right', cell: ({ binary }) => (binary ? `${formatReal(binary.speedup)} ×` : '–') },
  { title: 'with memory', align: 'right', cell: ({ binary }) => orDash(binary?.bounded ?? null, (gain) => `${formatReal(gain)} ×`) },
];

/** The assignment, what it costs, what it did when it was run, and what else a user would do: what `plan` prints. */
export function renderPlan({ plan, report }: PlannedModel, withDetails: boolean): string {
  const { float32, int8 } = plan.baselines;
  const columns = plan.evidence === 'weights' ? assigned : [...assigned, ...ran];
  return [
    `${plan.model.file}: plan for ${plan.budget} on ${runtimes[plan.runtime as RuntimeName].title}`,
    evidenceLine(plan, report),
    '',
    renderTable(rowsOf(plan, report), columns),
    '',
    renderTable<Named<Totals>>(
      [
        { title: 'float32', ...float32 },
        { title: 'int8 everywhere', ...int8 },
        { title: 'this plan', ...plan.predicted },
      ],
      totals,
    ),
    '',
    ...measuredLines(plan),
    ...(withDetails ? detailLines(plan.costs) : []),
    compressionLine(plan),
    solverLine(plan),
    costLine(plan),
    '',
  ].join('\n');
}

function rowsOf({ assignments }: Plan, { layers, evidence }: Report): AssignedLayer[] {
  return layers.map((layer, i) => {
    const { weight: scheme, activation } = assignments[i];
    const error = layer.errors.find((candidate) => candidate.target === 'weight' && candidate.scheme === scheme);
    const effects = [
      scheme === null ? null : effectOf(layer, 'weight', scheme),
      activation === null ? null : effectOf(layer, 'activation', activation),
    ];
    const noise = effects.reduce<number>((sum, db) => sum + (db === undefined ? NaN : db === null ? 0 : 10 ** (-db / 10)), 0);
    const { name, op, parameters } = layer;
    return {
      name,
      op,
      parameters,
      scheme,
      bits: error?.effectiveBits ?? null,
      sqnrDb: error?.sqnrDb ?? null,
      activation,
      effectDb: evidence === 'weights' || Number.isNaN(noise) ? undefined : noise > 0 ? -10 * Math.log10(noise) : null,
    };
  });
}

/** Effect at the outputs under a scheme, dB; undefined where it is not known. */
const effectOf = (layer: Report['layers'][number], target: 'weight' | 'activation', scheme: string): number | null | undefined =>
  layer.sensitivity.find((entry) => entry.target === target && entry.scheme === scheme)?.outputSqnrDb;

function evidenceLine({ evidence, samples }: Plan, { run }: Report): string {
  if (evidence === 'weights') {
    return 'Evidence: weights alone; nothing was measured at the outputs. Noises of the weights are added up; activations stay as they are.';
  }
  const source = evidence === 'data' ? (run?.inputs ?? 'your inputs') : 'generated inputs';
  return `Evidence: ${samples} ${samples === 1 ? 'sample' : 'samples'} (${source}). Effects of single layers at the outputs are added up, then the plan was run.`;
}

const outcome = ({ outputSqnrDb, kl, top1Agreement, accuracy, accuracyDrop }: OutputFigures): string =>
  [
    `${formatDecibels(outputSqnrDb)}${outputSqnrDb === null ? '' : ' dB'}`,
    ...(kl === null ? [] : [`KL ${formatReal(kl)}`]),
    ...(top1Agreement === null ? [] : [`${percent(top1Agreement)} keep their class`]),
    ...(accuracy === null ? [] : [`accuracy ${percent(accuracy)}`]),
    ...(accuracyDrop === null ? [] : [`${(100 * accuracyDrop).toFixed(1)} points lost`]),
  ].join(', ');

function measuredLines({ measured, predicted, comparisons, notes }: Plan): string[] {
  if (!measured) return [];
  const { worst } = measured;
  const said = predicted.outputSqnrDb === null ? 'exact' : `${predicted.outputSqnrDb.toFixed(1)} dB`;
  const plan: Comparison = { name: 'this plan', bytes: predicted.bytes, effectiveBits: predicted.effectiveBits, ...measured };
  return [
    `At the outputs: predicted ${said}, measured ${outcome(measured)}.`,
    ...(worst
      ? [`Most error piles up at ${worst.layer}: ${worst.accumulatedSqnrDb.toFixed(1)} dB there, everything before it as planned.`]
      : []),
    ...notes,
    '',
    renderTable([plan, ...comparisons], measurements),
    '',
  ];
}

function detailLines({ layers, activations, moved, batches, batch, profile }: PlanCosts): string[] {
  const memory = batches.map(({ batch: size, peakActivationBytes, trainingBytes, activationShare }) =>
    [
      `batch ${size}: activations ${orDash(peakActivationBytes, formatBytes)} at their peak`,
      `${orDash(trainingBytes, formatBytes)} of outputs kept for training`,
      `${orDash(activationShare, percent)} of weights and outputs`,
    ].join(', '),
  );
  return [
    `Estimates for ${batch === 1 ? 'one sample' : `batches of ${batch}`} on ${profile.name} (${profile.source}):`,
    renderTable(layers, details),
    '',
    ...memory,
    ...(activations
      ? [
          `Most is held while ${activations.node} runs (${activations.values.join(', ')}), ${activations.asStored ? 'in the order of the file' : 'in an order found for it'}.`,
        ]
      : ['Activations are unknown: the shapes of some values cannot be inferred.']),
    ...(moved
      ? [
          `Bytes moved: ${formatBytes(moved.plain)}; with batch normalization folded ${formatBytes(moved.normalizationFolded)}, with operators fused ${formatBytes(moved.operatorsFused)}, with both ${formatBytes(moved.both)}.`,
        ]
      : []),
    '',
  ];
}

function compressionLine({ compression }: Plan): string {
  const { ratio, effectiveRatio } = compression;
  const effective =
    effectiveRatio === null
      ? ''
      : `; effective compression ratio ${effectiveRatio.toFixed(2)}: a float model of the same accuracy is that much larger`;
  return `Compression ratio ${ratio.toFixed(2)}${effective}.`;
}

function solverLine({ solver, budget }: Plan): string {
  const { method, greedyLoss, loss, bound } = solver;
  if (/^drop=/iu.test(budget)) return 'Accuracy was measured along the front; between its points there may be cheaper plans.';
  if (method === 'measured') return 'Of all plans that were run this one did best; by what was predicted another one would have.';
  const above = (value: number, least: number): string => `${(least > 0 ? 100 * Math.max(0, value / least - 1) : 0).toFixed(2)} %`;
  return method === 'exact'
    ? `No assignment is better; the greedy answer is ${above(greedyLoss, loss)} above it.`
    : `Nothing better was found in time: ${above(loss, bound)} above the bound of all assignments, the greedy answer ${above(greedyLoss, bound)}.`;
}

function costLine({ predicted, costs }: Plan): string {
  const { batch, energySource, profile } = costs;
  if (!predicted.energyParts) return 'Energy and bit operations are unknown: the shapes of some layers cannot be inferred.';
  return `Energy, bit operations and time are estimates for ${batch === 1 ? 'one sample' : `batches of ${batch}`}: ${energySource}, each weight from DRAM once, operands from SRAM; rooflines of ${profile.name}.`;
}
