import type { onnx } from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { tiedLayers } from '../../../../src/analysis/plan/ties.js';
import { floats, model, node, open, value } from '../../model/build.js';

const weights = (...names: string[]): onnx.ITensorProto[] => names.map((name) => floats(name, [8, 8]));

const tied = async (initializer: onnx.ITensorProto[], nodes: onnx.INodeProto[], inputs: onnx.IValueInfoProto[] = [value('x', [1, 4, 8])]) =>
  tiedLayers(await open(model({ input: inputs, output: [value('out', null)], initializer, node: nodes })));

/** softmax(q·kᵀ / scale)·v with the reshapes and transposes that exporters write around it. */
const attention = (q: string, k: string, v: string, out: string, name = ''): onnx.INodeProto[] => [
  node('Reshape', [q, 'heads'], [`${name}q4`]),
  node('Reshape', [k, 'heads'], [`${name}k4`]),
  node('Reshape', [v, 'heads'], [`${name}v4`]),
  node('Transpose', [`${name}k4`], [`${name}kt`], { perm: [0, 2, 3, 1] }),
  node('MatMul', [`${name}q4`, `${name}kt`], [`${name}scores`]),
  node('Div', [`${name}scores`, 'scale'], [`${name}scaled`]),
  node('Softmax', [`${name}scaled`], [`${name}p`]),
  node('MatMul', [`${name}p`, `${name}v4`], [`${name}mixed`]),
  node('Reshape', [`${name}mixed`, 'flat'], [out]),
];

describe('ties of weights', () => {
  it('hold layers that use one weight', async () => {
    const found = await tied(weights('w', 'other'), [
      node('MatMul', ['x', 'w'], ['a']),
      node('MatMul', ['a', 'other'], ['b']),
      node('MatMul', ['b', 'w'], ['out']),
    ]);
    expect(found).toEqual([[0, 2], [1]]);
  });

  it('hold the projections of an attention, not what comes behind it', async () => {
    const found = await tied(weights('q', 'k', 'v', 'o'), [
      node('MatMul', ['x', 'q'], ['xq']),
      node('MatMul', ['x', 'k'], ['xk']),
      node('MatMul', ['x', 'v'], ['xv']),
      ...attention('xq', 'xk', 'xv', 'y'),
      node('MatMul', ['y', 'o'], ['out']),
    ]);
    expect(found).toEqual([[0, 1, 2], [3]]);
  });

  it('hold keys and values that look elsewhere without the queries, biases in between or not', async () => {
    const found = await tied(
      [...weights('q', 'k', 'v'), floats('bias', [8])],
      [
        node('MatMul', ['x', 'q'], ['xq']),
        node('MatMul', ['memory', 'k'], ['mk']),
        node('Add', ['mk', 'bias'], ['mkb']),
        node('MatMul', ['memory', 'v'], ['mv']),
        ...attention('xq', 'mkb', 'mv', 'out'),
      ],
      [value('x', [1, 4, 8]), value('memory', [1, 6, 8])],
    );
    expect(found).toEqual([[0], [1, 2]]);
  });

  it('do not hold branches that only look at the same value', async () => {
    const found = await tied(weights('a', 'b', 'c'), [
      node('MatMul', ['x', 'a'], ['xa']),
      node('MatMul', ['x', 'b'], ['xb']),
      node('MatMul', ['x', 'c'], ['xc']),
      node('Sum', ['xa', 'xb', 'xc'], ['out']),
    ]);
    expect(found).toEqual([[0], [1], [2]]);
  });

  it('run through shared weights and projections alike', async () => {
    const found = await tied(weights('q', 'k', 'v'), [
      node('MatMul', ['x', 'q'], ['xq']),
      node('MatMul', ['x', 'k'], ['xk']),
      node('MatMul', ['x', 'v'], ['xv']),
      ...attention('xq', 'xk', 'xv', 'y'),
      node('MatMul', ['y', 'v'], ['out']),
    ]);
    expect(found).toEqual([[0, 1, 2, 3]]);
  });
});
