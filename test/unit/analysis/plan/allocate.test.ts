import { describe, expect, it, test } from 'vitest';
import { asFloat32, planLayers, totalsOf, type Option, type PlanLayer } from '../../../../src/analysis/plan/allocate.js';
import { parseBudget } from '../../../../src/analysis/plan/budget.js';

const option = (bits: number, elements: number, noise: number): Option => ({
  scheme: `int${bits}/channel/mse`,
  width: { bits, kind: 'integer' },
  storedBits: bits * elements,
  noise,
});

/** A layer with int2 to int8 whose noise falls by 6 dB for every bit, and its float32. */
function layer(name: string, elements: number, loudness: number, more: Partial<PlanLayer> = {}): PlanLayer {
  const whole: PlanLayer = { name, weight: name, elements, macs: 10 * elements, options: [], ...more };
  const options = [2, 3, 4, 5, 6, 7, 8].map((bits) => option(bits, elements, loudness * 4 ** -bits));
  return { ...whole, options: [...options, asFloat32(whole)] };
}

const alone = (layers: readonly PlanLayer[]) => layers.map((_, i) => [i]);

/** Every assignment of independent layers. */
function everyTotals(layers: readonly PlanLayer[]) {
  return layers
    .reduce<Option[][]>((before, { options }) => before.flatMap((taken) => options.map((next) => [...taken, next])), [[]])
    .map((taken) => totalsOf(layers, taken));
}

const layers = [layer('a', 100, 3), layer('b', 1000, 1), layer('c', 300, 0.1), layer('d', 50, 9)];

describe('totals', () => {
  it('store a weight once that two layers use, and run it twice', () => {
    const shared = [layer('a', 100, 1, { weight: 'w' }), layer('b', 100, 1, { weight: 'w' })];
    const totals = totalsOf(shared, [shared[0].options[2], shared[1].options[2]]);
    expect(totals.bytes).toBe(50);
    expect(totals.effectiveBits).toBe(4);
    expect(totals.bops).toBe(2 * 1000 * 4 * 32);
    expect(totals.energyParts!.dram).toBeCloseTo((400 / 32) * 640, 9);
  });

  it('say nothing of the outputs, and no decibels of a model without noise', () => {
    const totals = totalsOf(layers, layers.map(asFloat32));
    expect(totals).toMatchObject({ outputSqnrDb: null, weightSqnrDb: null, bytes: 4 * 1450, effectiveBits: 32 });
    const { arithmetic, sram, dram } = totals.energyParts!;
    expect(totals.energyPj).toBe(arithmetic + sram + dram);
  });

  it('leave out operations when those of a layer are unknown', () => {
    const unknown = [...layers, layer('e', 1, 1, { macs: null })];
    expect(totalsOf(unknown, unknown.map(asFloat32))).toMatchObject({ bops: null, energyPj: null, energyParts: null, bytes: 4 * 1451 });
  });
});

describe('a plan', () => {
  test.each(['bits=4.5', 'bits=2', 'size=800', 'bops=2M', 'energy=700nJ'])('for %s is the best of all that keep it', async (text) => {
    const budget = parseBudget(text);
    const spent = { bits: 'effectiveBits', size: 'bytes', bops: 'bops', energy: 'energyPj', sqnr: 'weightSqnrDb' } as const;
    const { totals, exact } = await planLayers(layers, alone(layers), budget);
    const fitting = everyTotals(layers).filter((other) => (other[spent[budget.kind]] ?? 0) <= budget.limit);
    expect(fitting.length).toBeGreaterThan(0);
    expect(totals[spent[budget.kind]]).toBeLessThanOrEqual(budget.limit);
    expect(totals.weightSqnrDb).toBeCloseTo(Math.max(...fitting.map(({ weightSqnrDb }) => weightSqnrDb ?? Infinity)), 4);
    expect(exact.proven).toBe(true);
  });

  it('for a floor of SQNR is the smallest that keeps it', async () => {
    const { totals } = await planLayers(layers, alone(layers), parseBudget('sqnr=30'));
    const fitting = everyTotals(layers).filter(({ weightSqnrDb }) => (weightSqnrDb ?? Infinity) >= 30);
    expect(totals.weightSqnrDb).toBeGreaterThanOrEqual(30);
    expect(totals.bytes).toBe(Math.min(...fitting.map(({ bytes }) => bytes)));
  });

  it('for a floor of SQNR spends least of what is minimised', async () => {
    // the larger layer runs least often
    const uneven = [layer('a', 1000, 1, { macs: 10 }), layer('b', 100, 1, { macs: 10_000 })];
    const smallest = await planLayers(uneven, alone(uneven), parseBudget('sqnr=22', 'size'));
    const quickest = await planLayers(uneven, alone(uneven), parseBudget('sqnr=22', 'bops'));
    const fitting = everyTotals(uneven).filter(({ weightSqnrDb }) => (weightSqnrDb ?? Infinity) >= 22);
    expect(quickest.totals.bops).toBe(Math.min(...fitting.map(({ bops }) => bops!)));
    expect(smallest.totals.bytes).toBeLessThan(quickest.totals.bytes);
  });

  it('gives tied layers one scheme', async () => {
    const { weights } = await planLayers(layers, [[0, 2], [1], [3]], parseBudget('bits=3.7'));
    expect(weights[0]).toBe(weights[2]);
  });

  it('takes no option whose noise is not a number', async () => {
    const broken = layers.map(({ options, ...rest }) => ({
      ...rest,
      options: options.map((o) => (o.width.bits === 5 ? { ...o, noise: NaN } : o)),
    }));
    const { weights, totals } = await planLayers(broken, alone(broken), parseBudget('bits=5'));
    expect(weights).not.toContain('int5/channel/mse');
    expect(totals.effectiveBits).toBeLessThanOrEqual(5);
  });

  it('comes with plans for other budgets: each dearer than the one before, and less noisy', async () => {
    const { pareto } = await planLayers(layers, alone(layers), parseBudget('bits=4'));
    expect(pareto[0].effectiveBits).toBe(2);
    expect(pareto[pareto.length - 1].weightSqnrDb).toBeNull();
    for (let i = 1; i < pareto.length; i++) {
      expect(pareto[i].bytes).toBeGreaterThanOrEqual(pareto[i - 1].bytes);
      expect(pareto[i].weightSqnrDb ?? Infinity).toBeGreaterThan(pareto[i - 1].weightSqnrDb!);
      expect(pareto[i].weights).toHaveLength(layers.length);
    }
  });

  it('has a few dozen points of a front of thousands', async () => {
    const many = Array.from({ length: 100 }, (_, i) => layer(`l${i}`, 100 + i, 1));
    const { pareto } = await planLayers(many, alone(many), parseBudget('bits=2.5'));
    expect(pareto).toHaveLength(64);
  });
});

describe('a budget that cannot be kept', () => {
  test.each([
    ['bits=1.5', 'bits=2'],
    ['size=100', 'size=363'],
    ['bops=3', 'bops=928000'],
  ])('%s: the nearest is %s', async (text, nearest) => {
    await expect(planLayers(layers, alone(layers), parseBudget(text))).rejects.toThrow(
      `no plan keeps ${text}; the nearest budget that can be kept is ${nearest}`,
    );
  });

  it('is named so that it can be kept', async () => {
    for (const text of ['bits=0.1', 'size=1', 'bops=1', 'energy=1pJ']) {
      const message = await planLayers(layers, alone(layers), parseBudget(text)).then(
        () => '',
        (error: unknown) => (error as Error).message,
      );
      const nearest = /can be kept is (\S+)$/.exec(message)![1];
      await expect(planLayers(layers, alone(layers), parseBudget(nearest))).resolves.toMatchObject({ exact: { proven: true } });
    }
  });

  it('names the best SQNR where no layer may stay float', async () => {
    const integers = layers.map((l) => ({ ...l, options: l.options.slice(0, -1) }));
    await expect(planLayers(integers, alone(integers), parseBudget('sqnr=90'))).rejects.toThrow(
      /nearest budget that can be kept is sqnr=36\.9$/,
    );
    await expect(planLayers(integers, alone(integers), parseBudget('sqnr=36.9'))).resolves.toBeDefined();
  });

  it('of operations needs the operations of every layer', async () => {
    const unknown = [...layers, layer('e', 1, 1, { macs: null })];
    await expect(planLayers(unknown, alone(unknown), parseBudget('bops=1G'))).rejects.toThrow(/"e" is the first.*go by size/);
  });
});

it('refuses ties of layers that have no scheme in common', async () => {
  const [a, b] = layers;
  const apart = [
    { ...a, options: a.options.slice(0, 1) },
    { ...b, options: b.options.slice(1, 2) },
  ];
  await expect(planLayers(apart, [[0, 1]], parseBudget('bits=8'))).rejects.toThrow('"a", "b" share no scheme that all of them may take');
});
