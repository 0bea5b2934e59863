import { describe, expect, it } from 'vitest';
import { modelGraph } from '../../../src/analysis/graph.js';
import type { ModelGraph } from '../../../src/report/graph.js';
import { floats, model, node, open, value } from '../model/build.js';

const x = value('x', [2, 4]);
const w = floats('w', [4, 4]);

const arrows = ({ nodes, edges }: ModelGraph): string[] =>
  Array.from({ length: edges.length / 2 }, (_, i) => `${nodes[edges[2 * i]].name} → ${nodes[edges[2 * i + 1]].name}`);

describe('the graph for drawing', () => {
  it('has inputs, operators and outputs in this order, and says which node a layer is', async () => {
    const found = await open(
      model({
        input: [x],
        output: [value('y', null)],
        initializer: [w],
        node: [node('Relu', ['x'], ['h']), node('MatMul', ['h', 'w'], ['y'])],
      }),
    );
    const graph = modelGraph(found);
    expect(graph.nodes).toEqual([
      { name: 'x', op: '', kind: 'input' },
      { name: 'Relu_0', op: 'Relu', kind: 'operator' },
      { name: 'MatMul_0', op: 'MatMul', kind: 'operator' },
      { name: 'y', op: '', kind: 'output' },
    ]);
    expect(arrows(graph)).toEqual(['x → Relu_0', 'Relu_0 → MatMul_0', 'MatMul_0 → y']);
    expect(Array.from(graph.layerNodes)).toEqual([2]);
  });

  it('leaves out what only prepares constants, but no layer, no output and no noise', async () => {
    const found = await open(
      model({
        input: [x],
        output: [value('y', null), value('fixed', null)],
        initializer: [w],
        node: [
          node('Constant', [], ['k'], { value: w }),
          node('Transpose', ['k'], ['kt']),
          node('Transpose', ['w'], ['fixed']),
          node('RandomNormal', [], ['noise']),
          node('Add', ['x', 'noise'], ['h']),
          node('MatMul', ['h', 'kt'], ['y']),
          node('MatMul', ['w', 'w'], ['unused'], {}, 'constant product'),
        ],
      }),
    );
    const graph = modelGraph(found);
    const operators = graph.nodes.filter(({ kind }) => kind === 'operator').map(({ name }) => name);
    expect(operators).toEqual(['Transpose_1', 'RandomNormal_0', 'Add_0', 'MatMul_0', ...found.layers.slice(1).map(({ name }) => name)]);
    expect(Array.from(graph.layerNodes, (at) => graph.nodes[at].name)).toEqual(found.layers.map(({ name }) => name));
  });

  it('has every edge lead forward, out of subgraphs within subgraphs too', async () => {
    const inner = { graph: { name: 'i', node: [node('Neg', ['x'], ['n'])], output: [value('n', null)] } };
    const outer = {
      graph: {
        name: 'o',
        node: [node('If', ['c'], ['m'], { then_branch: inner, else_branch: inner }, 'inner')],
        output: [value('m', null)],
      },
    };
    const found = await open(
      model({
        input: [value('c', [], 9), x],
        output: [value('z', null)],
        node: [node('If', ['c'], ['y'], { then_branch: outer, else_branch: outer }, 'outer'), node('Relu', ['y'], ['z'])],
      }),
    );
    const graph = modelGraph(found);
    for (let i = 0; i < graph.edges.length; i += 2) expect(graph.edges[i]).toBeLessThan(graph.edges[i + 1]);
    expect(arrows(graph)).toContain('outer → Relu_0');
    expect(arrows(graph)).toContain('outer/then_branch/inner → outer');
    expect(arrows(graph)).toContain('outer/then_branch/inner/else_branch/Neg_0 → outer/then_branch/inner');
    expect(graph.nodes).toHaveLength(found.nodes.length + 3);
  });
});
