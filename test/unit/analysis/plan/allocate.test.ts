import { describe, expect, it, test } from 'vitest';
import { allocate, evenly, frontOf } from '../../../../src/analysis/plan/allocate.js';
import { parseBudget, type Budget } from '../../../../src/analysis/plan/budget.js';
import { floatAssigned, type Assigned, type Subject } from '../../../../src/analysis/plan/subject.js';
import { totalsOf } from '../../../../src/analysis/plan/totals.js';
import type { Totals } from '../../../../src/report/plan.js';
import { activationOption, layer, site, subject, weightOption } from './subjects.js';

/** Every assignment of layers and sites that are tied to nothing. */
function everyAssignment({ layers, sites }: Subject): Assigned[] {
  const all = <T>(lists: readonly (readonly T[])[]): T[][] =>
    lists.reduce<T[][]>((before, list) => before.flatMap((taken) => list.map((next) => [...taken, next])), [[]]);
  const activations = all(sites.map(({ options }) => options));
  return all(layers.map(({ options }) => options)).flatMap((weights) => activations.map((taken) => ({ weights, activations: taken })));
}

const everyTotals = (what: Subject): Totals[] => everyAssignment(what).map((assigned) => totalsOf(what, assigned, 'data'));

const spent = {
  bits: 'effectiveBits',
  size: 'bytes',
  activations: 'peakActivationBytes',
  bops: 'bops',
  energy: 'energyPj',
  time: 'seconds',
} as const;

const sqnr = ({ outputSqnrDb }: Totals): number => outputSqnrDb ?? Infinity;

async function plan(what: Subject, ...budgets: Budget[]) {
  const found = await allocate(what, budgets);
  return { ...found, totals: totalsOf(what, found.assigned, 'data') };
}

const layers = [layer('a', 100, 3), layer('b', 1000, 1), layer('c', 300, 0.1), layer('d', 50, 9)];
const weightsOnly = subject(layers);

/** Two layers that take in one value, and one that takes in another; the values are held one after the other, with a third. */
const sites = [site('x', [0, 1], 0.02), site('y', [2], 0.3)];
const withSites = subject(layers.slice(0, 3), sites, {
  memory: {
    values: [
      { name: 'x', elements: 100, sites: [0] },
      { name: 'y', elements: 60, sites: [1] },
      { name: 'out', elements: 10, sites: null },
    ],
    moments: [
      { node: 'a', live: [0, 1] },
      { node: 'c', live: [1, 2] },
    ],
    asStored: true,
  },
});

describe('a plan', () => {
  test.each(['bits=4.5', 'bits=2', 'size=800', 'bops=2M', 'energy=700nJ', 'time=0.6us'])(
    'for %s is the best of all that keep it',
    async (text) => {
      const budget = parseBudget(text);
      const { totals, solver } = await plan(weightsOnly, budget);
      const cost = spent[budget.kind as keyof typeof spent];
      const fitting = everyTotals(weightsOnly).filter((other) => other[cost]! <= budget.limit);
      expect(fitting.length).toBeGreaterThan(0);
      expect(totals[cost]).toBeLessThanOrEqual(budget.limit);
      expect(sqnr(totals)).toBeCloseTo(Math.max(...fitting.map(sqnr)), 4);
      expect(solver.method).toBe('exact');
    },
  );

  test.each(['bops=1M', 'bops=300k', 'energy=400nJ', 'time=0.1us', 'activations=200', 'activations=400'])(
    'of weights and activations for %s is the best of all that keep it',
    async (text) => {
      const budget = parseBudget(text);
      const { totals, solver } = await plan(withSites, budget);
      const cost = spent[budget.kind as keyof typeof spent];
      const fitting = everyTotals(withSites).filter((other) => other[cost]! <= budget.limit);
      expect(fitting.length).toBeGreaterThan(0);
      expect(totals[cost]).toBeLessThanOrEqual(budget.limit);
      expect(sqnr(totals)).toBeCloseTo(Math.max(...fitting.map(sqnr)), 4);
      expect(solver.method).toBe('exact');
      expect(solver.bound).toBeLessThanOrEqual(solver.loss * (1 + 1e-9));
    },
  );

  test.each(['size', 'activations', 'bops', 'energy', 'time'] as const)(
    'for a floor of SQNR is the one with the least %s that keeps it',
    async (kind) => {
      const { totals } = await plan(withSites, parseBudget('sqnr=30', kind));
      const fitting = everyTotals(withSites).filter((other) => sqnr(other) >= 30);
      expect(sqnr(totals)).toBeGreaterThanOrEqual(30);
      expect(totals[spent[kind]]).toBeCloseTo(Math.min(...fitting.map((other) => other[spent[kind]]!)), 9);
    },
  );

  it('keeps a budget of weights and one of activations at once', async () => {
    const { totals, solver } = await plan(withSites, parseBudget('activations=250'), parseBudget('bits=4'));
    const fitting = everyTotals(withSites).filter(
      ({ effectiveBits, peakActivationBytes }) => effectiveBits <= 4 && peakActivationBytes! <= 250,
    );
    expect(totals.effectiveBits).toBeLessThanOrEqual(4);
    expect(totals.peakActivationBytes).toBeLessThanOrEqual(250);
    expect(sqnr(totals)).toBeCloseTo(Math.max(...fitting.map(sqnr)), 4);
    expect(-10 * Math.log10(solver.loss)).toBeCloseTo(sqnr(totals), 9);
  });

  it('leaves alone what its budget does not count', async () => {
    const { assigned } = await plan(withSites, parseBudget('bits=4'));
    expect(assigned.activations.every(({ scheme }) => scheme === null)).toBe(true);
    const other = await plan(withSites, parseBudget('activations=200'));
    expect(other.assigned.weights.every(({ scheme }) => scheme === null)).toBe(true);
  });

  it('gives tied layers one scheme', async () => {
    const { assigned } = await plan({ ...weightsOnly, layerTies: [[0, 2], [1], [3]] }, parseBudget('bits=3.7'));
    expect(assigned.weights[0].scheme).toBe(assigned.weights[2].scheme);
  });

  it.each(['bops=400k', 'activations=300'])('gives tied values one scheme under %s', async (text) => {
    const { assigned } = await plan({ ...withSites, siteTies: [[0, 1]] }, parseBudget(text));
    expect(assigned.activations[0].scheme).toBe(assigned.activations[1].scheme);
    expect(assigned.activations[0].scheme).not.toBeNull();
  });

  it('takes no option whose noise is not a number', async () => {
    const broken = layers.map((one) => ({
      ...one,
      options: one.options.map((o) => (o.width.bits === 5 ? { ...o, noise: NaN } : o)),
    }));
    const { assigned, totals } = await plan(subject(broken), parseBudget('bits=5'));
    expect(assigned.weights.map(({ scheme }) => scheme)).not.toContain('int5/channel/mse');
    expect(totals.effectiveBits).toBeLessThanOrEqual(5);
  });
});

describe('a front', () => {
  it.each(['size', 'activations', 'bops', 'energy', 'time'] as const)('of %s rises in cost and falls in noise', (kind) => {
    const front = frontOf(withSites, kind);
    const points = Array.from({ length: front.length }, (_, i) => totalsOf(withSites, front.at(i), 'data'));
    for (let i = 1; i < points.length; i++) {
      expect(points[i][spent[kind]]!).toBeGreaterThan(points[i - 1][spent[kind]]!);
      expect(sqnr(points[i])).toBeGreaterThan(sqnr(points[i - 1]));
    }
    expect(points.length).toBeGreaterThan(2);
  });

  it('goes from the fewest bits to no noise at all', () => {
    const front = frontOf(weightsOnly, 'size');
    expect(totalsOf(weightsOnly, front.at(0), 'data').effectiveBits).toBe(2);
    expect(totalsOf(weightsOnly, front.at(front.length - 1), 'data').outputSqnrDb).toBeNull();
  });

  it('is written out by a few dozen points, both ends among them', () => {
    expect(evenly(5, 64)).toEqual([0, 1, 2, 3, 4]);
    expect(evenly(1, 64)).toEqual([0]);
    const few = evenly(1000, 64);
    expect(few).toHaveLength(64);
    expect([few[0], few[63]]).toEqual([0, 999]);
  });
});

describe('a budget that cannot be kept', () => {
  test.each([
    ['bits=1.5', 'bits=2'],
    ['size=100', 'size=363'],
    ['bops=3', 'bops=928000'],
  ])('%s: the nearest is %s', async (text, nearest) => {
    await expect(plan(weightsOnly, parseBudget(text))).rejects.toThrow(
      `no plan keeps ${text}; the nearest budget that can be kept is ${nearest}`,
    );
  });

  it('is named so that it can be kept', async () => {
    for (const text of ['bits=0.1', 'size=1', 'bops=1', 'energy=1pJ', 'time=1ns', 'activations=1']) {
      const message = await plan(withSites, parseBudget(text)).then(
        () => '',
        (error: unknown) => (error as Error).message,
      );
      const nearest = /can be kept is ([^\s;]+)/.exec(message)![1];
      await expect(plan(withSites, parseBudget(nearest))).resolves.toMatchObject({ solver: { method: 'exact' } });
    }
  });

  it('names the best SQNR where nothing may stay float', async () => {
    const integers = subject(layers.map((one) => ({ ...one, options: one.options.slice(0, -1) })));
    await expect(plan(integers, parseBudget('sqnr=90'))).rejects.toThrow(/nearest budget that can be kept is sqnr=36\.9$/);
    await expect(plan(integers, parseBudget('sqnr=36.9'))).resolves.toBeDefined();
    await expect(
      plan({ ...integers, memory: withSites.memory, sites, siteTies: [[0], [1]] }, parseBudget('sqnr=90', 'activations')),
    ).rejects.toThrow(/nearest budget that can be kept is sqnr=36\.9$/);
  });

  it('says that activations want a run', async () => {
    const alone = {
      ...withSites,
      sites: [],
      siteTies: [],
      memory: { ...withSites.memory!, values: [{ name: 'x', elements: 100, sites: null }], moments: [{ node: 'a', live: [0] }] },
    };
    await expect(plan(alone, parseBudget('activations=10'))).rejects.toThrow(
      /can be kept is activations=400; activations stay float32 unless the model is run/,
    );
  });

  it('of operations or time needs those of every layer', async () => {
    const unknown = subject([...layers, layer('e', 1, 1, { macs: null })]);
    await expect(plan(unknown, parseBudget('bops=1G'))).rejects.toThrow(/bops counts.*"e" is the first.*go by size/);
    const shapeless = subject([...layers, layer('e', 1, 1, { outputs: null })]);
    await expect(plan(shapeless, parseBudget('bops=1G'))).resolves.toBeDefined();
    await expect(plan(shapeless, parseBudget('time=1s'))).rejects.toThrow(/time counts.*"e" is the first/);
    await expect(plan(weightsOnly, parseBudget('activations=1k'.replace('k', 'KB')))).rejects.toThrow(
      /shapes of some values cannot be inferred/,
    );
  });

  it('of time on a machine without floats wants integers', async () => {
    const fixed = { ...weightsOnly, hardware: { ...weightsOnly.hardware, peak: { integer: { '8': 1e9 }, float: {} } } };
    await expect(plan(fixed, parseBudget('time=1s'))).rejects.toThrow(/has no arithmetic for some layer.*choose another profile/);
    const whole = { ...withSites, hardware: fixed.hardware };
    const { assigned } = await plan(whole, parseBudget('time=1s'));
    expect(assigned.activations.every(({ scheme }) => scheme !== null)).toBe(true);
  });
});

it('refuses ties of layers that have no scheme in common', async () => {
  const [a, b] = layers;
  const apart = [
    { ...a, options: [weightOption(2, 100, 1)] },
    { ...b, options: [weightOption(3, 1000, 1)] },
  ];
  await expect(plan(subject(apart, [], { layerTies: [[0, 1]] }), parseBudget('bits=8'))).rejects.toThrow(
    '"a", "b" share no scheme that all of them may take',
  );
  const values = [
    { ...sites[0], options: [activationOption(8, 1)] },
    { ...sites[1], options: [activationOption(4, 1)] },
  ];
  await expect(plan(subject(layers.slice(0, 3), values, { siteTies: [[0, 1]] }), parseBudget('bits=8'))).rejects.toThrow(
    /the values "x", "y" are passed on together and share no scheme/,
  );
});

it('has nothing to choose of a float model but what is there', () => {
  const { weights, activations } = floatAssigned(withSites);
  expect([...weights, ...activations].every(({ scheme, width }) => scheme === null && width.bits === 32)).toBe(true);
});
