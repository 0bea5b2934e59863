import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataflow } from '../../../../src/core/costs/dataflow.js';
import { liveValues, orderForMemory, peakOf } from '../../../../src/core/costs/liveness.js';

const graph = (
  sizes: readonly number[],
  steps: readonly (readonly [reads: number[], writes: number[]])[],
  outputs: number[],
): Dataflow => ({
  elements: sizes,
  steps: steps.map(([reads, writes], node) => ({ kind: 'other', reads, writes, nodes: [node] })),
  inputs: [0],
  outputs,
});

const size =
  ({ elements }: Dataflow) =>
  (value: number): number =>
    elements[value];

describe('peak memory', () => {
  it('of a chain is the largest pair of neighbours', () => {
    const chain = graph(
      [1, 5, 7, 2],
      [
        [[0], [1]],
        [[1], [2]],
        [[2], [3]],
      ],
      [3],
    );
    expect(peakOf(liveValues(chain), size(chain))).toEqual({ bytes: 12, at: 1, live: [1, 2] });
  });

  it('holds what a later step still wants', () => {
    const skip = graph(
      [1, 5, 7, 2, 3],
      [
        [[0], [1]],
        [[1], [2]],
        [[2], [3]],
        [[1, 3], [4]],
      ],
      [4],
    );
    expect(peakOf(liveValues(skip), size(skip))).toEqual({ bytes: 14, at: 2, live: [1, 2, 3] });
  });

  it('holds outputs to the end, and inputs only while they are wanted', () => {
    const early = graph(
      [100, 5, 1],
      [
        [[0], [1]],
        [[1], [2]],
      ],
      [1, 2],
    );
    expect(liveValues(early)).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it('of nothing is nothing', () => {
    expect(peakOf(liveValues(graph([], [], [])), () => 1)).toEqual({ bytes: 0, at: 0, live: [] });
  });
});

/** The least peak of all orders. */
function bestPeak(flow: Dataflow): number {
  let best = Infinity;
  const visit = (order: number[], ready: Set<number>): void => {
    if (order.length === flow.steps.length) best = Math.min(best, peakOf(liveValues(flow, order), size(flow)).bytes);
    flow.steps.forEach(({ reads, writes }, i) => {
      if (order.includes(i) || !reads.every((value) => ready.has(value))) return;
      visit([...order, i], new Set([...ready, ...writes]));
    });
  };
  visit([], new Set(flow.inputs));
  return best;
}

/** Graphs of at most 6 steps, each of which reads one or two values that are there by then. */
const flows = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 6 }).map((rows) =>
  graph(
    [3, ...rows.map(([, , bytes]) => bytes)],
    rows.map(([a, b], i) => [[...new Set([a % (i + 1), b % (i + 1)])], [i + 1]]),
    [rows.length],
  ),
);

describe('an order for memory', () => {
  it('ends one branch before it begins the next', () => {
    // two branches that grow and shrink again, interleaved in the file
    const branches = graph(
      [1, 50, 50, 1, 1, 1],
      [
        [[0], [1]],
        [[0], [2]],
        [[1], [3]],
        [[2], [4]],
        [[3, 4], [5]],
      ],
      [5],
    );
    const order = orderForMemory(branches, size(branches));
    expect(peakOf(liveValues(branches), size(branches)).bytes).toBe(101);
    expect(peakOf(liveValues(branches, order), size(branches)).bytes).toBe(52);
  });

  it('can be run, is no worse than the file’s own, and never better than the best of all', () => {
    fc.assert(
      fc.property(flows, (flow) => {
        const order = orderForMemory(flow, size(flow));
        const there = new Set(flow.inputs);
        for (const i of order) {
          expect(flow.steps[i].reads.every((value) => there.has(value))).toBe(true);
          for (const value of flow.steps[i].writes) there.add(value);
        }
        const found = peakOf(liveValues(flow, order), size(flow)).bytes;
        expect([...order].sort()).toEqual(flow.steps.map((_, i) => i));
        expect(found).toBeLessThanOrEqual(peakOf(liveValues(flow), size(flow)).bytes);
        expect(found).toBeGreaterThanOrEqual(bestPeak(flow));
      }),
    );
  });
});
