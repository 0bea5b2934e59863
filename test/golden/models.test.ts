import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyzeTensor } from '../../src/core/analyzeTensor.js';
import { parseScheme } from '../../src/core/formats/scheme.js';
import { fileSource, folderSiblings, type OpenSource } from '../../src/model/fileSource.js';
import { openModel } from '../../src/model/open.js';
import type { Layer, Model } from '../../src/model/types.js';
import { golden, materials } from './testdata.js';

/** Real models that nobody here made, against what numpy says about them (make_golden.py). */

interface Weight {
  readonly op: string;
  readonly node: string;
  readonly shape: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  readonly kurtosis: number | null;
  readonly zeros: number;
  readonly sqnr: Readonly<Record<string, number | null>>;
}

interface Golden {
  readonly opset: number;
  readonly nodes: number;
  readonly parameters: number;
  readonly layersByOp: Readonly<Record<string, number>>;
  readonly weights: readonly Weight[];
}

const expected = await golden<Record<string, Golden>>('models.json');
const schemes = ['int8/tensor/minmax', 'int8/channel/minmax'].map(parseScheme);

const countByOp = (layers: readonly Layer[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { op } of layers) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
};

/** Sizes that tell a weight, however it is turned. */
const sizes = (shape: readonly number[]): number[] => shape.filter((size) => size !== 1).sort((a, b) => a - b);

describe.each(Object.entries(expected))('%s', (name, wanted) => {
  let source: OpenSource;
  let model: Model;
  beforeAll(async () => {
    const file = path.join(await materials(), name);
    source = await fileSource(file);
    model = await openModel(source, folderSiblings(path.dirname(file)));
  });
  afterAll(() => source.close());

  it('has the opset, the nodes, the parameters and the layers that numpy found', () => {
    expect(model.opset).toBe(wanted.opset);
    expect(model.nodes.length).toBe(wanted.nodes);
    expect(model.parameters).toBe(wanted.parameters);
    expect(countByOp(model.layers)).toEqual(wanted.layersByOp);
    expect(model.warnings).toEqual([]);
  });

  it('has its layers in the order of the graph, under the names of their nodes', () => {
    const last = (name: string, node: string): string => (name === node || name.endsWith(`/${node}`) ? node : name);
    expect(model.layers.map(({ node, op }, i) => [op, last(model.nodes[node].name, wanted.weights[i].node)])).toEqual(
      wanted.weights.map(({ op, node }) => [op, node]),
    );
  });

  it('has weights with the statistics and the quantization error that numpy computes', async () => {
    for (const [i, layer] of model.layers.entries()) {
      const weight = wanted.weights[i];
      expect(sizes(layer.weight.shape), layer.name).toEqual(sizes(weight.shape));
      const { statistics, errors } = await analyzeTensor({ ...layer.weight, channelAxis: layer.channelAxis }, schemes);
      expect(statistics.min, layer.name).toBe(weight.min);
      expect(statistics.max, layer.name).toBe(weight.max);
      expect(statistics.zeros, layer.name).toBe(weight.zeros);
      expect(statistics.mean, layer.name).toBeCloseTo(weight.mean, 8);
      expect(statistics.std / weight.std, layer.name).toBeCloseTo(1, 6);
      if (weight.kurtosis === null) expect(statistics.kurtosis, layer.name).toBeNull();
      else expect(statistics.kurtosis, layer.name).toBeCloseTo(weight.kurtosis, 3);
      for (const { scheme, sqnrDb } of errors) {
        const decibels = weight.sqnr[scheme];
        if (decibels === null) expect(sqnrDb, layer.name).toBeNull();
        else expect(sqnrDb, `${layer.name} ${scheme}`).toBeCloseTo(decibels, 2);
      }
    }
  });
});
