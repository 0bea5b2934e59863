import type { onnx } from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { modelFlow } from '../../../../src/analysis/plan/dataflow.js';
import { tiedSites, type SitePlace } from '../../../../src/analysis/plan/sites.js';
import { memoryOf } from '../../../../src/analysis/plan/storage.js';
import { floats, model, node, open, value } from '../../model/build.js';

const image = value('x', ['batch', 4, 8, 8]);
const filters = (...names: string[]): onnx.ITensorProto[] => names.map((name) => floats(name, [4, 4, 1, 1]));
const conv = (input: string, weight: string, output: string): onnx.INodeProto => node('Conv', [input, weight], [output]);

const network = (nodes: onnx.INodeProto[], ...weights: string[]) =>
  open(model({ input: [image], output: [value('out', null)], initializer: filters(...weights), node: nodes }));

/** Sites of convolutions by the values they take in. */
async function placed(nodes: onnx.INodeProto[], weights: string[]) {
  const found = await network(nodes, ...weights);
  const values = found.layers.map(({ node: at }) => found.nodes[at].inputs[0]);
  const sites = [...new Set(values)].map((name): SitePlace => ({ value: name, layers: values.flatMap((v, i) => (v === name ? [i] : [])) }));
  const reads = new Map(
    found.layers.map(({ node: at }, i) => [at, { value: values[i], site: sites.findIndex(({ layers }) => layers.includes(i)) }]),
  );
  return { model: found, sites, memory: memoryOf(modelFlow(found), found.nodes, reads) };
}

/** By the values of sites: those that are tied. */
async function ties(runtime: Parameters<typeof tiedSites>[4], nodes: onnx.INodeProto[], ...weights: string[]) {
  const { model: found, sites, memory } = await placed(nodes, weights);
  const single = found.layers.map((_, i) => [i]);
  const { ties: groups, sameRange } = tiedSites(sites, single, memory.values, found, runtime);
  return { groups: groups.map((group) => group.map((s) => sites[s].value)), sameRange: [...sameRange].map((s) => sites[s].value) };
}

const chain = [conv('x', 'a', 'h'), node('Relu', ['h'], ['r']), conv('r', 'b', 'out')];

const residual = [conv('x', 'a', 'h'), conv('h', 'b', 'i'), conv('i', 'c', 'j'), node('Add', ['j', 'h'], ['s']), conv('s', 'd', 'out')];

const inception = [
  conv('x', 'a', 'h'),
  node('Relu', ['h'], ['r']),
  conv('r', 'b', 'i'),
  conv('r', 'c', 'j'),
  node('Concat', ['i', 'j'], ['k'], { axis: 1 }),
  node('MaxPool', ['k'], ['m'], { kernel_shape: [2, 2] }),
  node('Conv', ['m', 'w'], ['out']),
];

describe('values that layers take in', () => {
  it('are tied where one stored value is handed to several layers, through what only passes it on', async () => {
    const { groups } = await ties(
      'generic',
      [
        conv('x', 'a', 'h'),
        node('MaxPool', ['h'], ['p'], { kernel_shape: [2, 2] }),
        conv('h', 'b', 'i'),
        conv('p', 'c', 'j'),
        node('Flatten', ['i'], ['f']),
        node('Flatten', ['j'], ['g']),
        node('Concat', ['f', 'g'], ['out'], { axis: 1 }),
      ],
      'a',
      'b',
      'c',
    );
    expect(groups).toEqual([['x'], ['h', 'p']]);
  });

  it('are tied where they meet in a sum, on runtimes that need it', async () => {
    expect((await ties('generic', residual, 'a', 'b', 'c', 'd')).groups).toEqual([['x'], ['h'], ['i'], ['s']]);
    expect((await ties('onnxruntime', residual, 'a', 'b', 'c', 'd')).groups).toEqual([['x'], ['h'], ['i'], ['s']]);
    const { groups, sameRange } = await ties('qnn', residual, 'a', 'b', 'c', 'd');
    expect(groups).toEqual([['x'], ['h', 's'], ['i']]);
    expect(sameRange).toEqual([]);
  });

  it('are tied with their range where a concatenation needs it, behind what keeps the scale', async () => {
    const { groups, sameRange } = await ties(
      'tflite',
      [
        conv('x', 'a', 'h'),
        conv('h', 'b', 'i'),
        node('Concat', ['i', 'h'], ['k'], { axis: 1 }),
        node('MaxPool', ['k'], ['m'], { kernel_shape: [2, 2] }),
        node('Slice', ['m'], ['half']),
        conv('half', 'c', 'out'),
      ],
      'a',
      'b',
      'c',
    );
    expect(groups).toEqual([['x'], ['h', 'half']]);
    expect(sameRange).toEqual(['h', 'half']);
  });

  it('are tied where their layers are', async () => {
    const { model: found, sites, memory } = await placed(chain, ['a', 'b']);
    expect(tiedSites(sites, [[0, 1]], memory.values, found, 'generic').ties).toEqual([[0, 1]]);
  });
});

describe('what is held', () => {
  const stored = async (nodes: onnx.INodeProto[], ...weights: string[]) => {
    const { sites, memory } = await placed(nodes, weights);
    return Object.fromEntries(memory.values.map(({ name, sites: within }) => [name, within && within.map((s) => sites[s].value)]));
  };

  it('is stored as the layers take it in; inputs, outputs and what is merged are not', async () => {
    expect(await stored(chain, 'a', 'b')).toEqual({ x: null, h: null, r: ['r'], out: null });
  });

  it('stays float where something else reads it', async () => {
    expect(await stored(residual, 'a', 'b', 'c', 'd')).toEqual({ x: null, h: null, i: ['i'], j: null, s: ['s'], out: null });
  });

  it('goes through what passes values on', async () => {
    expect(await stored(inception.slice(0, -1).concat(node('Conv', ['m', 'b'], ['out'])), 'a', 'b', 'c')).toMatchObject({
      r: ['r'],
      i: ['m'],
      j: ['m'],
      k: ['m'],
      m: ['m'],
    });
  });

  it('is told moment by moment, by the nodes that run', async () => {
    const { memory } = await placed(residual, ['a', 'b', 'c', 'd']);
    const names = (live: readonly number[]) => live.map((v) => memory.values[v].name);
    expect(memory.moments.map(({ node: at, live }) => [at, names(live)])).toEqual([
      ['Conv_0', ['x', 'h']],
      ['Conv_1', ['h', 'i']],
      ['Conv_2', ['h', 'i', 's']],
      ['Conv_3', ['s', 'out']],
    ]);
    expect(memory.asStored).toBe(true);
  });
});
