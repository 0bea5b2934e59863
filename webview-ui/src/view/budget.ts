/** What a plan can be asked to keep to: kinds with their units, what is proposed first, and how it is written. */
import type { BudgetKind, CostKind, PlanRequest } from '../../../src/report/planRequest.js';
import type { Plan } from '../../../src/report/plan.js';
import type { LayerReport } from '../../../src/report/types.js';
import { t } from '../text/l10n.js';
import type { Term } from '../text/terms.js';

/** A unit as it is shown and written; how many of the smallest one it is. */
export interface Unit {
  readonly label: string;
  readonly size: number;
}

export interface BudgetOption {
  readonly kind: BudgetKind;
  readonly label: string;
  readonly term: Term;
  /** The smallest first. */
  readonly units: readonly Unit[];
}

const bytes: readonly Unit[] = [
  { label: 'B', size: 1 },
  { label: 'KiB', size: 2 ** 10 },
  { label: 'MiB', size: 2 ** 20 },
  { label: 'GiB', size: 2 ** 30 },
];

const unitsOf: Readonly<Record<BudgetKind, readonly Unit[]>> = {
  bits: [{ label: '', size: 1 }],
  size: bytes,
  activations: bytes,
  bops: [
    { label: '', size: 1 },
    { label: 'M', size: 1e6 },
    { label: 'G', size: 1e9 },
    { label: 'T', size: 1e12 },
  ],
  energy: [
    { label: 'pJ', size: 1 },
    { label: 'nJ', size: 1e3 },
    { label: 'µJ', size: 1e6 },
    { label: 'mJ', size: 1e9 },
  ],
  time: [
    { label: 'ns', size: 1e-9 },
    { label: 'µs', size: 1e-6 },
    { label: 'ms', size: 1e-3 },
    { label: 's', size: 1 },
  ],
  sqnr: [{ label: 'dB', size: 1 }],
  drop: [{ label: '%', size: 0.01 }],
};

export function costWord(kind: CostKind): string {
  switch (kind) {
    case 'size':
      return t('size of the weights');
    case 'activations':
      return t('peak activation memory');
    case 'bops':
      return t('bit operations');
    case 'energy':
      return t('energy');
    case 'time':
      return t('time');
  }
}

function budgetWord(kind: BudgetKind, ran: boolean): string {
  switch (kind) {
    case 'bits':
      return t('average bits');
    case 'sqnr':
      return ran ? t('at least: SQNR at the outputs') : t('at least: SQNR of the weights');
    case 'drop':
      return t('at most: accuracy lost');
    default:
      return costWord(kind);
  }
}

const terms: Readonly<Record<BudgetKind, Term>> = {
  bits: 'effectiveBits',
  size: 'planBytes',
  activations: 'peakActivations',
  bops: 'bops',
  energy: 'energy',
  time: 'roofline',
  sqnr: 'planSqnr',
  drop: 'accuracyDrop',
};

export const isFloor = (kind: BudgetKind): boolean => kind === 'sqnr' || kind === 'drop';

/** What can be asked. @param ran whether effects at the outputs are known @param labelled whether accuracies are */
export const budgetOptions = (ran: boolean, labelled: boolean): readonly BudgetOption[] =>
  (['bits', 'size', 'activations', 'bops', 'energy', 'time', 'sqnr', ...(labelled ? (['drop'] as const) : [])] as const).map((kind) => ({
    kind,
    label: budgetWord(kind, ran),
    term: terms[kind],
    units: unitsOf[kind],
  }));

/** What stands in the picker. */
export interface BudgetFields {
  readonly kind: BudgetKind;
  /** As it was typed. */
  readonly value: string;
  readonly unit: string;
  readonly runtime: string;
  readonly minimize: CostKind;
}

/** Three significant digits in the largest unit that keeps the number above one. */
function written(kind: BudgetKind, amount: number): Pick<BudgetFields, 'value' | 'unit'> {
  const units = unitsOf[kind];
  const unit = units.findLast(({ size }) => amount >= size) ?? units[0];
  return { value: String(Number((amount / unit.size).toPrecision(3))), unit: unit.label };
}

/**
 * What is proposed for a kind: four and a half bits, what that makes of the size, or three quarters of what int8 everywhere costs where a plan has told
 * that.
 */
export function proposed(kind: BudgetKind, layers: readonly LayerReport[], plan: Plan | null): Pick<BudgetFields, 'value' | 'unit'> {
  const sum = (count: (layer: LayerReport) => number) => layers.reduce((total, layer) => total + count(layer), 0);
  const int8 = plan?.baselines.int8;
  const most = (amount: number | null | undefined, otherwise: number) => (amount ? 0.75 * amount : otherwise);
  switch (kind) {
    case 'bits':
      return { value: '4.5', unit: '' };
    case 'size':
      return written(kind, (sum(({ parameters }) => parameters) * 4.5) / 8);
    case 'activations':
      return written(kind, most(int8?.peakActivationBytes, 2 ** 16));
    case 'bops':
      return written(kind, most(int8?.bops, Math.max(1e6, sum(({ macs }) => macs ?? 0) * 48)));
    case 'energy':
      return written(kind, most(int8?.energyPj, 5e7));
    case 'time':
      return written(kind, most(int8?.seconds, 1e-3));
    case 'sqnr':
      return { value: '30', unit: 'dB' };
    case 'drop':
      return { value: '0.5', unit: '%' };
  }
}

const kinds = Object.keys(unitsOf) as BudgetKind[];

/** A budget as it is written, in parts; undefined when it is none of those the picker can show. */
export function readBudget(text: string): Pick<BudgetFields, 'kind' | 'value' | 'unit'> | undefined {
  const [, name, value, unit] = /^([a-z]+)=([\d.eE+-]+)\s*(.*)$/.exec(text) ?? [];
  const kind = kinds.find((known) => known === name);
  if (kind === undefined) return undefined;
  const micro = unit.replace(/^u/, 'µ').replace('μ', 'µ');
  const first = unitsOf[kind][0].label;
  const plain = kind === 'time' ? 's' : first;
  const known = unitsOf[kind].find(({ label }) => label.toLowerCase() === (micro === '' ? plain : micro).toLowerCase());
  return known && { kind, value, unit: known.label };
}

/** What the picker shows at first: what was asked last, else the average of bits. */
export function fieldsOf(request: PlanRequest | null, runtime: string): BudgetFields {
  const first = request?.budgets.length === 1 ? readBudget(request.budgets[0]) : undefined;
  return {
    ...(first ?? { kind: 'bits', value: '4.5', unit: '' }),
    runtime: request?.runtime ?? runtime,
    minimize: request?.minimize ?? 'size',
  };
}

/** What is asked; null while the value is no number that can be asked. */
export function requestOf({ kind, value, unit, runtime, minimize }: BudgetFields): PlanRequest | null {
  const amount = Number(value);
  const possible = value.trim() !== '' && Number.isFinite(amount) && (amount > 0 || (kind === 'drop' && amount === 0));
  return possible ? { budgets: [`${kind}=${amount}${unit}`], runtime, minimize } : null;
}

/** A request with another budget, as the host proposes it. */
export const withBudget = (request: PlanRequest, budget: string): PlanRequest => ({ ...request, budgets: [budget] });

/** A budget as people read it. */
export function budgetText(text: string, ran: boolean): string {
  const parts = readBudget(text);
  if (!parts) return text;
  const amount = parts.unit === '' ? parts.value : t('{0} {1}', parts.value, parts.unit);
  return t('{0} {1}', budgetWord(parts.kind, ran), amount);
}
