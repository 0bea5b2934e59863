import { describe, expect, it } from 'vitest';
import { bytesMoved, fused, type Dataflow, type Step } from '../../../../src/core/costs/dataflow.js';

const step = (kind: Step['kind'], reads: number[], writes: number[], node: number): Step => ({ kind, reads, writes, nodes: [node] });

/** Values of 10 elements each, 4 bytes an element. */
const flow = (steps: readonly Step[], outputs: readonly number[]): Dataflow => {
  const values = 1 + Math.max(0, ...steps.flatMap(({ reads, writes }) => [...reads, ...writes]));
  return { elements: Array<number>(values).fill(10), steps, inputs: [0], outputs };
};

const moved = (graph: Dataflow): number => bytesMoved(graph, (value) => 4 * graph.elements[value]);
const all = { normalization: true, operators: true };
const none = { normalization: false, operators: false };

/** x → conv → bn → relu → conv → y */
const chain = flow(
  [step('layer', [0], [1], 0), step('normalization', [1], [2], 1), step('elementwise', [2], [3], 2), step('layer', [3], [4], 3)],
  [4],
);

describe('bytes moved', () => {
  it('are each value at every use', () => {
    expect(moved(chain)).toBe(8 * 40);
  });

  it('lose a write and a read with each operator that is merged', () => {
    expect(moved(fused(chain, { normalization: true, operators: false }))).toBe(6 * 40);
    expect(moved(fused(chain, { normalization: false, operators: true }))).toBe(4 * 40);
    expect(moved(fused(chain, all))).toBe(4 * 40);
    expect(fused(chain, all).steps.map(({ nodes }) => nodes)).toEqual([[0, 1, 2], [3]]);
  });

  it('keep what somebody else reads too, and what leaves the graph', () => {
    const branching = flow([step('layer', [0], [1], 0), step('elementwise', [1], [2], 1), step('layer', [1, 2], [3], 2)], [3]);
    expect(fused(branching, all).steps).toHaveLength(3);
    expect(fused({ ...chain, outputs: [2, 4] }, all).steps).toHaveLength(3);
  });

  it('are none for views', () => {
    const viewed = flow([step('layer', [0], [1], 0), step('view', [1], [2], 1), step('layer', [2], [3], 2)], [3]);
    expect(moved(fused(viewed, none))).toBe(4 * 40);
    const last = flow([step('layer', [0], [1], 0), step('view', [1], [2], 1)], [2]);
    expect(fused(last, none).outputs).toEqual([1]);
  });

  it('of a sum join the branch that comes last, and read the other', () => {
    const residual = flow(
      [step('layer', [0], [1], 0), step('layer', [1], [2], 1), step('elementwise', [2, 1], [3], 2), step('other', [3], [4], 3)],
      [4],
    );
    const { steps } = fused(residual, all);
    expect(steps.map(({ reads, writes, nodes }) => ({ reads, writes, nodes }))).toEqual([
      { reads: [0], writes: [1], nodes: [0] },
      { reads: [1], writes: [3], nodes: [1, 2] },
      { reads: [3], writes: [4], nodes: [3] },
    ]);
  });

  it('of a sum that spreads its smaller operand are not merged into that', () => {
    const graph = flow([step('layer', [0], [1], 0), step('layer', [0], [2], 1), step('elementwise', [1, 2], [3], 2)], [3]);
    expect(fused({ ...graph, elements: [10, 10, 1, 10] }, all).steps).toHaveLength(3);
  });

  it('of both halves of one value are not merged into what splits it', () => {
    const split = flow([step('other', [0], [1, 2], 0), step('elementwise', [1, 2], [3], 1)], [3]);
    expect(fused(split, all).steps).toHaveLength(2);
  });
});
