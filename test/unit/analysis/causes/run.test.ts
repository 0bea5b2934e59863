import { describe, expect, it } from 'vitest';
import { uniform } from '../../core/random.js';
import { node } from '../../model/build.js';
import { finding, fromRun, fromWeights, gemm, network, normal, plain, rowOf, SIZE, square } from './plant.js';

describe('causes that a run tells', () => {
  it('are those of the weights, measured again at the output', async () => {
    const v = uniform(SIZE * SIZE, 1).map((x, i) => (rowOf(i) < 8 ? 4 * x : x));
    const bytes = network([gemm('layer', 'x', 'y', 'w')], { w: square(v) }, ['N', SIZE]);
    const [before, after] = [finding(await fromWeights(bytes), 'channel-imbalance'), finding(await fromRun(bytes), 'channel-imbalance')];
    expect([before.gainOf, after.gainOf]).toEqual(['weight', 'output']);
    // White inputs weigh all errors alike.
    expect(after.gainDb!).toBeCloseTo(before.gainDb!, 0);
    expect(after.text).toBe(before.text);
  });

  it('stay those of the weights where the layer cannot be run by itself', async () => {
    const v = uniform(SIZE * SIZE, 1).map((x, i) => (rowOf(i) < 8 ? 4 * x : x));
    const nodes = [gemm('layer', 'x', 'a', 'w'), gemm('constant', 'c', 'b', 'v'), node('Add', ['a', 'b'], ['y'])];
    const bytes = network(nodes, { w: square(plain(2)), v: square(v), c: [[1, SIZE], normal(SIZE, 4)] }, ['N', SIZE]);
    const report = await fromRun(bytes);
    // A layer that does not depend on the inputs is not run with them.
    expect(report.layers.find(({ name }) => name === 'constant')!.problem).toBeDefined();
    expect(finding(report, 'channel-imbalance').gainOf).toBe('weight');
  });
});
