import type { BudgetKind, CostKind } from '../../report/planRequest.js';

/**
 * `limit` is bits a weight; bytes; bit operations, pJ, bytes or seconds a batch; or, of floors, decibels at least (`sqnr`) and the share of samples that may
 * be lost at most (`drop`). `text` is what the user wrote.
 */
export interface Budget {
  readonly kind: BudgetKind;
  readonly limit: number;
  readonly text: string;
  /** What the plan counts: the budget itself, or what is minimised while a floor is kept. */
  readonly cost: CostKind;
}

export { costKinds } from '../../report/planRequest.js';
export type { BudgetKind, CostKind } from '../../report/planRequest.js';

/** Whether a floor is kept and something else minimised. */
export const isFloor = ({ kind }: Budget): boolean => kind === 'sqnr' || kind === 'drop';

/** The plan asked for cannot be: `message` is one line that says why and what to do. */
export class PlanError extends Error {
  override readonly name = 'PlanError';

  /** @param nearest the nearest budget that can be kept, as a user writes it, where that is what is wrong */
  constructor(
    message: string,
    readonly nearest: string | null = null,
  ) {
    super(message);
  }
}

const thousand = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const bytes = { '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };
const units: Readonly<Record<BudgetKind, Readonly<Record<string, number>>>> = {
  bits: { '': 1 },
  size: bytes,
  activations: bytes,
  bops: thousand,
  energy: { '': 1, pj: 1, nj: 1e3, uj: 1e6, µj: 1e6, μj: 1e6, mj: 1e9, j: 1e12 },
  time: { '': 1, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, μs: 1e-6, ns: 1e-9 },
  sqnr: { '': 1, db: 1 },
  drop: { '': 0.01, '%': 0.01 },
};

export const budgetExamples = 'bits=4.5, size=1MiB, activations=64KiB, bops=2G, energy=50uJ, time=2ms, sqnr=30 or drop=0.5';

const isKind = (text: string): text is BudgetKind => Object.hasOwn(units, text);

/**
 * Reads `kind=number[unit]`; throws PlanError that says what it found.
 *
 * @param minimised what to spend least of while a floor is kept; other budgets minimise the noise
 */
export function parseBudget(text: string, minimised: CostKind = 'size'): Budget {
  const match = /^([a-z]+)=(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)\s*(\p{L}*|%)$/iu.exec(text.trim());
  const kind = match?.[1].toLowerCase();
  if (!match || !kind || !isKind(kind)) throw new PlanError(`budget ${JSON.stringify(text)} is not one; write ${budgetExamples}`);
  const unit = match[3].toLowerCase();
  if (!Object.hasOwn(units[kind], unit)) {
    const known = Object.keys(units[kind]).filter((name) => name !== '');
    throw new PlanError(
      `budget ${JSON.stringify(text)} has the unit ${JSON.stringify(match[3])}; ${kind} takes ${known.join(', ') || 'a plain number'}`,
    );
  }
  const limit = Number(match[2]) * units[kind][unit];
  if (!(Number.isFinite(limit) && (limit > 0 || kind === 'drop'))) {
    throw new PlanError(`budget ${JSON.stringify(text)} has to be more than zero`);
  }
  const own = kind === 'bits' ? 'size' : kind === 'sqnr' || kind === 'drop' ? minimised : kind;
  return { kind, limit, text: text.trim(), cost: own };
}

/** Budgets for weights (`bits`, `size`) and for `activations` go together, since neither costs what the other does; throws PlanError for all others. */
export function checkBudgets(budgets: readonly Budget[]): void {
  const weights = budgets.filter(({ kind }) => kind === 'bits' || kind === 'size');
  const activations = budgets.filter(({ kind }) => kind === 'activations');
  if (budgets.length === 1 || (budgets.length === 2 && weights.length === 1 && activations.length === 1)) return;
  throw new PlanError(
    `budgets ${budgets.map(({ text }) => text).join(' and ')} cannot be kept together; give one, or one for weights (bits or size) and one for activations`,
  );
}

/** Rounds up to four digits, so far that reading the number again gives no less. */
function atLeast(value: number): number {
  const digit = 10 ** (Math.floor(Math.log10(value)) - 3);
  return Number((Math.ceil(value / digit + 1e-9) * digit).toPrecision(4));
}

/** The budget nearest to `limit` that is surely kept, as a user would write it. */
export function spellBudget(kind: BudgetKind, limit: number): string {
  switch (kind) {
    case 'sqnr':
      return `sqnr=${Math.floor(limit * 10) / 10}`;
    case 'drop':
      return `drop=${Math.ceil(limit * 1e4) / 100}`;
    case 'bits':
      return `bits=${Math.ceil(limit * 1000) / 1000}`;
    case 'time':
      return `time=${atLeast(limit * 1e6)}us`;
    default:
      return `${kind}=${Math.ceil(limit)}${kind === 'energy' ? 'pJ' : ''}`;
  }
}

/** A budget that no plan keeps. @param help what else to do, for the end of the sentence */
export const unkept = (budget: string, nearest: string, help = ''): PlanError =>
  new PlanError(`no plan keeps ${budget}; the nearest budget that can be kept is ${nearest}${help}`, nearest);
