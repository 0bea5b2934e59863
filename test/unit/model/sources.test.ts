import { describe, expect, it } from 'vitest';
import type { Model } from '../../../src/model/types.js';
import { floats, ints, model, node, open, value } from './build.js';

const x = value('x', [2, 4]);
const w = floats('w', [4, 3]);

/** `name ← where it comes from` for every node and output; inputs are named, too. */
function told({ nodes, inputs, outputs, outputSources }: Model): string[] {
  const name = (source: number) => (source < 0 ? inputs[-1 - source].name : nodes[source].name);
  return [
    ...nodes.map((at) => `${at.name} ← ${at.sources.map(name).join(' ')}`),
    ...outputs.map((output, i) => `${output.name} ← ${outputSources[i] === null ? '' : name(outputSources[i])}`),
  ];
}

describe('what a node computes from', () => {
  it('is nodes and inputs, each once; constants are nothing', async () => {
    const found = await open(
      model({
        input: [x, value('w', [4, 3])],
        output: [value('y', null), value('w2', null), value('same', null)],
        initializer: [w],
        node: [
          node('MatMul', ['x', 'w'], ['h']),
          node('Mul', ['h', 'h'], ['y']),
          node('Identity', ['w'], ['w2']),
          node('Add', ['x', 'h'], ['z']),
        ],
      }),
    );
    expect(told(found)).toEqual([
      'MatMul_0 ← x',
      'Mul_0 ← MatMul_0',
      'Identity_0 ← ',
      'Add_0 ← x MatMul_0',
      'y ← Mul_0',
      'w2 ← Identity_0',
      'same ← ',
    ]);
  });

  it('goes into and out of branches, also where they use names of each other or of the graph around', async () => {
    const branch = (op: string, from: string) => ({
      graph: { name: op, node: [node(op, [from], ['out'], {}, op)], output: [value('out', null)] },
    });
    const found = await open(
      model({
        input: [value('c', [], 9), x],
        output: [value('y', null)],
        node: [
          node('Relu', ['x'], ['h']),
          node('If', ['c'], ['y'], { then_branch: branch('Neg', 'h'), else_branch: branch('Abs', 'x') }, 'choice'),
        ],
      }),
    );
    expect(told(found)).toEqual([
      'Relu_0 ← x',
      'choice ← c choice/then_branch/Neg choice/else_branch/Abs',
      'choice/then_branch/Neg ← Relu_0',
      'choice/else_branch/Abs ← x',
      'y ← choice',
    ]);
  });

  it('goes through what a loop hands to its body', async () => {
    const body = {
      name: 'body',
      input: [value('i', [], 7), value('go', [], 9), value('state', [2, 4])],
      node: [node('Add', ['state', 'scale'], ['next'], {}, 'step'), node('Identity', ['go'], ['on'], {}, 'keep')],
      output: [value('on', [], 9), value('next', null)],
    };
    const found = await open(
      model({
        input: [x, value('scale', [4])],
        output: [value('y', null)],
        initializer: [ints('trips', [3], [])],
        node: [node('Loop', ['trips', '', 'x'], ['y'], { body: { graph: body } }, 'loop')],
      }),
    );
    expect(told(found)).toEqual(['loop ← x loop/body/keep loop/body/step', 'loop/body/step ← x scale', 'loop/body/keep ← ', 'y ← loop']);
  });

  it('goes through the calls of functions, which see nothing but what they are given', async () => {
    const functions = [{ name: 'Twice', domain: 'mine', input: ['a'], output: ['b'], node: [node('Add', ['a', 'a'], ['b'])] }];
    const found = await open(
      model(
        {
          input: [value('b', [2]), x],
          output: [value('y', null)],
          node: [node('Twice', ['x'], ['h'], {}, 'one', 'mine'), node('Twice', ['h'], ['y'], {}, 'two', 'mine')],
        },
        { functions },
      ),
    );
    expect(told(found)).toEqual(['one ← x one/Add_0', 'one/Add_0 ← x', 'two ← one two/Add_0', 'two/Add_0 ← one', 'y ← two']);
  });
});
