import { describe, expect, it } from 'vitest';
import { uniform } from '../../unit/core/random.js';
import { node } from '../../unit/model/build.js';
import { finding, fromRun, gemm, named, network, plain, rowOf, SIZE, square } from '../../unit/analysis/causes/plant.js';

describe('causes that a run tells', () => {
  it('are none in a layer of Gaussian weights that takes Gaussian inputs', async () => {
    expect(named(await fromRun(network([gemm('layer', 'x', 'y', 'w')], { w: square(plain(1)) }, ['N', SIZE])))).toEqual([]);
  });

  it('are inputs that are never negative: an unsigned format has a step half as large', async () => {
    const nodes = [gemm('first', 'x', 'a', 'v'), node('Relu', ['a'], ['b']), gemm('second', 'b', 'y', 'w')];
    const report = await fromRun(network(nodes, { v: square(plain(1)), w: square(plain(2)) }, ['N', SIZE]));
    // What is positive has a mean, which an error of the weights shifts.
    expect(named(report)).toEqual(['second bias-shift of weight', 'second one-sided of activation']);
    const oneSided = finding(report, 'one-sided');
    expect(oneSided.gainDb!).toBeCloseTo(20 * Math.log10(255 / 127), 0);
    expect(oneSided.gainOf).toBe('output');
    expect(oneSided.apply).toEqual({ target: 'activation', scheme: 'uint8/tensor/minmax', instead: 'int8/tensor/minmax' });
    expect(oneSided.text).toContain('is never negative');
    // E[x]² / E[x²] of a rectified Gaussian is 1/π.
    const shift = finding(report, 'bias-shift');
    expect(shift.gainDb!).toBeCloseTo(-10 * Math.log10(1 - 1 / Math.PI), 0);
    expect(shift.numbers.share).toBeCloseTo(1 / Math.PI, 1);
  });

  it('are means that errors of the weights shift, as much as the inputs’ means are of their power', async () => {
    const nodes = [node('Add', ['x', 'two'], ['a']), gemm('layer', 'a', 'y', 'w')];
    const report = await fromRun(network(nodes, { two: [[1], [2]], w: square(plain(1)) }, ['N', SIZE]), 64);
    const { gainDb, numbers, remedy, apply } = finding(report, 'bias-shift');
    expect(gainDb!).toBeCloseTo(10 * Math.log10(1 + 2 ** 2), 0);
    expect(numbers.share).toBeCloseTo(4 / 5, 1);
    expect(remedy).toBe(`Correcting the bias by the mean error gains ${gainDb!.toFixed(1)} dB at 4 bits.`);
    expect(apply).toMatchObject({ transform: 'correct-bias', scheme: 'int4/tensor/minmax' });
    // What a plan needs: the inputs are about 2.
    for (const mean of (apply as unknown as { means: number[] }).means) expect(mean).toBeCloseTo(2, -0.3);
    // Inputs about 2 reach further to one side as well, and nothing else is the matter.
    expect(named(report)).toEqual(['layer asymmetry of activation', 'layer bias-shift of weight']);
    const { min, max } = finding(report, 'asymmetry').numbers;
    const symmetricStep = (2 * Math.max(-min, max)) / 254;
    expect(finding(report, 'asymmetry').gainDb!).toBeCloseTo(20 * Math.log10(symmetricStep / ((max - min) / 255)), 0);
  });

  it('are outliers among the inputs', async () => {
    // Two inputs in ten thousand are beyond 3.5, and lie far out.
    const nodes = [
      node('Sub', ['x', 'high'], ['d']),
      node('Relu', ['d'], ['r']),
      node('Mul', ['r', 'much'], ['m']),
      node('Sub', ['x', 'm'], ['a']),
      gemm('layer', 'a', 'y', 'w'),
    ];
    const report = await fromRun(network(nodes, { high: [[1], [3.5]], much: [[1], [60]], w: square(plain(1)) }, ['N', SIZE]));
    const found = finding(report, 'outliers');
    expect(found.target).toBe('activation');
    expect(found.numbers.ratio).toBeGreaterThan(4);
    expect(found.gainDb!).toBeGreaterThanOrEqual(1.5);
    expect(found.apply).toEqual({ target: 'activation', scheme: 'uint4/tensor/mse', instead: 'uint4/tensor/minmax' });
    expect(named(report)).toEqual(['layer outliers of activation']);
  });

  it('are biases beyond int32 at the implied scale', async () => {
    const w = uniform(SIZE * SIZE, 1).map((x, i) => (rowOf(i) === 5 ? x / 1000 : x));
    const b = new Float32Array(SIZE);
    b[5] = 1e5;
    const report = await fromRun(network([gemm('layer', 'x', 'y', 'w', 'b')], { w: square(w), b: [[SIZE], b] }, ['N', SIZE]));
    expect(named(report)).toEqual(['layer bias-overflow of activation']);
    const { gainDb, numbers, text, apply } = finding(report, 'bias-overflow');
    expect(numbers.overflowing).toBe(1);
    const { min, max } = report.layers[0].activationStats!.input!;
    const scale = (((max - min) / 255) * 1e-3) / 127;
    expect(numbers.bits).toBeCloseTo(Math.log2(1e5 / scale) + 1, 1);
    expect(text).toContain('1 bias needs');
    // Next to nothing is left of the bias before; after, the error is that of 8-bit weights, some 50 dB below the other channels.
    const before = -20 * Math.log10(1 - (2 ** 31 * scale) / 1e5);
    const others = 10 * Math.log10(1e10 / ((SIZE - 1) * SIZE * (1 / 3)));
    expect(gainDb!).toBeGreaterThan(others + 40 - before);
    expect(apply).toEqual({ transform: 'fit-bias' });
  });

  it.each([
    ['Add', node('Add', ['a', 'b'], ['y'], {}, 'join')],
    ['Concat', node('Concat', ['a', 'b'], ['y'], { axis: 1 }, 'join')],
  ])('are ranges that differ at an %s: own scales take half of the noise away', async (op, join) => {
    const ratio = 8;
    const nodes = [gemm('narrow', 'x', 'a', 'v'), gemm('wide', 'x', 'b', 'w'), join];
    const report = await fromRun(
      network(
        nodes,
        {
          v: square(plain(1)),
          w: square(
            plain(1)
              .map((x) => ratio * x)
              .reverse(),
          ),
        },
        ['N', SIZE],
      ),
    );
    expect(named(report)).toEqual(['narrow range-mismatch of activation']);
    const { gainDb, numbers, text, apply } = finding(report, 'range-mismatch');
    expect(numbers.ratio).toBeGreaterThan(ratio / 1.3);
    expect(numbers.ratio).toBeLessThan(ratio * 1.3);
    expect(gainDb!).toBeCloseTo(10 * Math.log10(2 / (1 + numbers.ratio ** -2)), 0);
    expect(numbers.narrowGainDb).toBeCloseTo(20 * Math.log10(numbers.ratio), 0);
    expect(text).toContain(`the ${op} join`);
    expect(apply).toEqual({ transform: 'own-scales', node: 'join', scheme: 'uint8/tensor/minmax' });
  });

  it('are channels that leave a layer wide and enter the next one narrow', async () => {
    // Half of the channels are twice as wide in the first weight and half as wide in the second, the other half the other way round.
    const factor = (channel: number): number => (channel % 2 === 0 ? 2 : 0.5);
    const v = uniform(SIZE * SIZE, 1).map((x, i) => x * factor(rowOf(i)));
    const w = uniform(SIZE * SIZE, 2).map((x, i) => x / factor(i % SIZE));
    const nodes = [
      gemm('first', 'x', 'a', 'v'),
      node('LeakyRelu', ['a'], ['b'], { alpha: { float: 0.95 } }),
      gemm('second', 'b', 'y', 'w'),
    ];
    const report = await fromRun(network(nodes, { v: square(v), w: square(w) }, ['N', SIZE]));
    expect(named(report)).toEqual(['first layer-imbalance of weight']);
    const { gainDb, numbers, apply, remedy } = finding(report, 'layer-imbalance');
    // Steps of 2 instead of 1, whose noise the other weight scales by 1/2 or 2: 4·(4 + 1/4)/2.
    expect(gainDb!).toBeCloseTo(10 * Math.log10((4 * (4 + 1 / 4)) / 2), 0);
    expect(numbers.smallest).toBeCloseTo(0.5, 1);
    expect(numbers.largest).toBeCloseTo(2, 1);
    expect(apply).toMatchObject({ transform: 'equalize', with: 'second', scheme: 'int8/tensor/minmax' });
    expect((apply as unknown as { ranges: number[][] }).ranges.every(([lo, hi]) => lo < hi)).toBe(true);
    expect(remedy).toContain('at its output');
  });

  it('are input channels that never change', async () => {
    const dead = Float32Array.from({ length: SIZE }, (_, c) => (c < 4 ? 0 : 1));
    const nodes = [node('Mul', ['x', 'mask'], ['a']), gemm('layer', 'a', 'y', 'w')];
    const bytes = network(nodes, { mask: [[SIZE], dead], w: square(plain(1)) }, ['N', SIZE]);
    const report = await fromRun(bytes, 1024);
    expect(named(report)).toEqual(['layer dead-channels of activation']);
    expect(finding(report, 'dead-channels').text).toBe(`4 of ${SIZE} input channels never change in 1024 values each.`);
    // So few samples tell nothing of the sort.
    expect(named(await fromRun(bytes, 64))).toEqual([]);
  });
});
