/** What a plan must keep to. */
export type BudgetKind = 'bits' | 'size' | 'bops' | 'energy' | 'sqnr';

/**
 * `limit` is bits a weight, bytes, bit operations a sample, pJ a sample; or, for `sqnr`, decibels at least. `text` is what the user wrote.
 */
export interface Budget {
  readonly kind: BudgetKind;
  readonly limit: number;
  readonly text: string;
  /** What the plan counts: the budget itself, or what is minimised while a floor of `sqnr` is kept. */
  readonly cost: CostKind;
}

/** What a plan costs: bits of weights, bit operations or pJ. */
export type CostKind = 'size' | 'bops' | 'energy';

/** What can be minimised. */
export const costKinds: readonly CostKind[] = ['size', 'bops', 'energy'];

/** The plan asked for cannot be: `message` is one line that says why and what to do. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
}

const thousand = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const units: Readonly<Record<BudgetKind, Readonly<Record<string, number>>>> = {
  bits: { '': 1 },
  size: { '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 },
  bops: thousand,
  energy: { '': 1, pj: 1, nj: 1e3, uj: 1e6, µj: 1e6, μj: 1e6, mj: 1e9, j: 1e12 },
  sqnr: { '': 1, db: 1 },
};

const examples = 'bits=4.5, size=1MiB, bops=2G, energy=50uJ or sqnr=30';

const isKind = (text: string): text is BudgetKind => Object.hasOwn(units, text);

/**
 * Reads `kind=number[unit]`; throws PlanError that says what it found.
 *
 * @param minimised what to spend least of while a floor of `sqnr` is kept; other budgets minimise the noise
 */
export function parseBudget(text: string, minimised: CostKind = 'size'): Budget {
  const match = /^([a-z]+)=(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)\s*(\p{L}*)$/iu.exec(text.trim());
  const kind = match?.[1].toLowerCase();
  if (!match || !kind || !isKind(kind)) throw new PlanError(`budget ${JSON.stringify(text)} is not one; write ${examples}`);
  const unit = match[3].toLowerCase();
  if (!Object.hasOwn(units[kind], unit)) {
    const known = Object.keys(units[kind]).filter((name) => name !== '');
    throw new PlanError(
      `budget ${JSON.stringify(text)} has the unit ${JSON.stringify(match[3])}; ${kind} takes ${known.join(', ') || 'a plain number'}`,
    );
  }
  const limit = Number(match[2]) * units[kind][unit];
  if (!(limit > 0 && Number.isFinite(limit))) throw new PlanError(`budget ${JSON.stringify(text)} has to be more than zero`);
  const cost = { bits: 'size', size: 'size', bops: 'bops', energy: 'energy', sqnr: minimised } as const;
  return { kind, limit, text: text.trim(), cost: cost[kind] };
}

/** The budget nearest to `limit` that is surely kept, as a user would write it. */
export function spellBudget(kind: BudgetKind, limit: number): string {
  if (kind === 'sqnr') return `sqnr=${Math.floor(limit * 10) / 10}`;
  if (kind === 'bits') return `bits=${Math.ceil(limit * 1000) / 1000}`;
  return `${kind}=${Math.ceil(limit)}${kind === 'energy' ? 'pJ' : ''}`;
}
