import fc from 'fast-check';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyzeModel } from '../../../src/analysis/pipeline.js';
import { tensorSource } from '../../../src/analysis/weights.js';
import { weightStudy, type WithWeight } from '../../../src/analysis/weightStudy.js';
import type { TensorSource } from '../../../src/core/tensor.js';
import { openModel } from '../../../src/model/open.js';
import type { LayerReport } from '../../../src/report/types.js';
import { withModel } from '../../../src/worker/input.js';

const path = fileURLToPath(new URL('../../../samples/lenet/lenet5-mnist.onnx', import.meta.url));
const { signal } = new AbortController();
const methods = ['minmax', 'percentile', 'mse', 'kl', 'aciq', 'octav'];
const schemes = [
  'int4/channel/mse',
  'int4/channel/minmax',
  'uint8/tensor/percentile:99',
  'fp8e4m3fn/tensor/mse',
  'int4/block:32/mse',
  'fixed<6,dynamic>/tensor/mse',
  'int3/tensor/fixed:-0.1..0.2',
  ...methods.map((method) => `int4/tensor/${method}`),
];

let layers: readonly LayerReport[];
beforeAll(async () => {
  const options = { schemes, targetSqnr: 25, weights: { details: true } };
  ({ layers } = (await withModel({ path }, (input) => analyzeModel(input, options, () => undefined, signal))).report);
});

const ofLayer = (index: number) =>
  weightStudy((use) =>
    withModel({ path }, async ({ source, siblings }) => {
      const { layers } = await openModel(source, siblings);
      return use(tensorSource(layers[index].weight, layers[index].channelAxis));
    }),
  );

const holding = (values: readonly number[], shape: readonly number[], channelAxis: number | null): WithWeight => {
  const x = Float32Array.from(values);
  const source: TensorSource = {
    shape,
    channelAxis,
    elements: x.length,
    read: (start, end) => Promise.resolve(x.slice(start, end)),
  };
  return (use) => use(source);
};

describe('a study of a weight', () => {
  it('has the histograms of channels that the report has', async () => {
    for (const [index, { channelStats }] of layers.entries()) {
      const { min, max, histograms } = channelStats!;
      const { edges, counts } = await ofLayer(index).histogram(2, histograms[2].length, signal);
      expect([edges[0], edges.at(-1)]).toEqual([min[2], max[2]]);
      expect([...counts]).toEqual(histograms[2]);
    }
  });

  it('measures what the report says, and its two parts', async () => {
    for (const [index, layer] of layers.entries()) {
      for (const error of layer.errors) {
        const found = await ofLayer(index).measure(error.scheme, null, null, signal);
        expect(found.sqnrDb, error.scheme).toBe(error.sqnrDb);
        expect(found.clippedFraction).toBe(error.clippedFraction);
        if (error.scheme.includes('block') && error.clippedFraction > 0) expect(found.overloadMse).toBeNull();
        else {
          const { granularMse, overloadMse } = error.details!;
          // float64 sums of the codec's own code here, float32 sums of kernels there
          expect(found.overloadMse! / error.mse, error.scheme).toBeCloseTo(overloadMse / error.mse, 4);
          expect(found.granularMse! / error.mse, error.scheme).toBeCloseTo(granularMse / error.mse, 4);
        }
      }
    }
  });

  it('measures a clip range of one’s own as the scheme with that range', async () => {
    const [error] = layers[1].errors.filter(({ scheme }) => scheme === 'int3/tensor/fixed:-0.1..0.2');
    const found = await ofLayer(1).measure('int3/tensor/mse', { lo: -0.1, hi: 0.2 }, null, signal);
    expect(found).toMatchObject({ sqnrDb: error.sqnrDb, mse: error.mse, clip: { lo: -0.2, hi: 0.2 }, how: 'exact' });
  });

  it('knows the ranges of all clipping methods as the report does', async () => {
    for (const [index, { errors }] of layers.entries()) {
      const study = (await ofLayer(index).clips('int4/channel/mse', null, signal))!;
      expect(study.symmetric).toBe(true);
      for (const { method, lo, hi, sqnrDb } of study.methods) {
        const error = errors.find(({ scheme }) => scheme === `int4/tensor/${method}`)!;
        expect([lo, hi, sqnrDb], method).toEqual([error.clip.lo, error.clip.hi, error.sqnrDb]);
      }
      expect(study.methods.map(({ method }) => method)).toEqual(methods);
    }
  });

  it('has an error curve whose ends and parts are those of the scheme', async () => {
    const { curve } = layers[2].errors.find(({ scheme }) => scheme === 'int4/tensor/mse')!.details!;
    const found = (await ofLayer(2).clips('int4/tensor/mse', null, signal))!.curve;
    found.ends.forEach((end, i) => expect(end).toBeCloseTo(curve!.clips![i], 10));
    found.granular.forEach((mse, i) => expect(mse / curve!.granular[i]).toBeCloseTo(1, 3));
    found.overload.forEach((mse, i) => expect(mse + found.granular[i]).toBeCloseTo(curve!.overload[i] + curve!.granular[i], 8));
  });

  it('tells of ends that need not be alike', async () => {
    expect((await ofLayer(1).clips('uint4/tensor/mse', null, signal))!.symmetric).toBe(false);
  });

  it.each(['mxfp4', 'nf4/block:64', 'bf16', 'codebook:16/tensor'])('knows of no clip range for %s', async (scheme) => {
    expect(await ofLayer(1).clips(scheme, null, signal)).toBeNull();
    await expect(ofLayer(1).estimate(scheme, { lo: -1, hi: 1 }, null, signal)).rejects.toThrow('takes no clip range');
  });

  it('estimates from the distribution what it measures from every value', async () => {
    const study = ofLayer(2);
    const { min, max } = layers[2].weightStats!;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('int3/tensor/mse', 'int4/channel/mse', 'int8/tensor/mse', 'uint4/tensor/mse', 'fp8e4m3fn/tensor/mse'),
        fc.double({ min: 0.15, max: 1, noNaN: true }),
        fc.double({ min: 0.15, max: 1, noNaN: true }),
        fc.constantFrom(null, 7),
        async (scheme, below, above, channel) => {
          const clip = { lo: min * below, hi: max * above };
          const expected = await study.estimate(scheme, clip, channel, signal);
          const measured = await study.measure(scheme, clip, channel, signal);
          expect(expected.how).toBe('estimated');
          // a channel has 400 values
          const close = channel === null ? 0.25 : 2;
          expect(Math.abs(expected.sqnrDb! - measured.sqnrDb!), `${scheme} ${clip.lo} ${clip.hi} ${channel}`).toBeLessThan(close);
          expect(expected.clippedFraction).toBeCloseTo(measured.clippedFraction, channel === null ? 2 : 1);
          expect(expected.clip).toEqual(measured.clip);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('measures a channel like four-bit codes rounded by hand', async () => {
    const rows = [
      [0.1, -0.32, 0.77, 1.9],
      [-3, 0.2, 0.4, 0.05],
    ];
    const study = weightStudy(holding(rows.flat(), [2, 4], 0));
    const error = rows[0].map((v) => Math.fround(v) - Math.max(-7, Math.min(7, Math.round(v * 7))) / 7);
    const found = await study.measure('int4/tensor/mse', { lo: -1, hi: 1 }, 0, signal);
    const squares = error.map((e) => e * e);
    expect(found.mse).toBeCloseTo(squares.reduce((a, b) => a + b) / 4, 8);
    expect(found.overloadMse).toBeCloseTo(squares[3] / 4, 8);
    expect(found.clippedFraction).toBe(0.25);
  });

  it('knows the quartiles of channels, wherever the channel axis lies', async () => {
    // channels are columns: 0, 2, 4, 6, 8 and 9, 7, 5, 3, 1
    const columns = [0, 9, 2, 7, 4, 5, 6, 3, 8, 1];
    const found = await weightStudy(holding(columns, [5, 2], 1)).channels(signal);
    expect({
      ...found,
      min: [...found.min],
      low: [...found.low],
      median: [...found.median],
      high: [...found.high],
      max: [...found.max],
    }).toEqual({ min: [0, 1], low: [2, 3], median: [4, 5], high: [6, 7], max: [8, 9], exact: true });
  });

  it('leaves values out that are not finite', async () => {
    const study = weightStudy(holding([1, NaN, -1, Infinity, 0.5, 0.25], [6], null));
    const found = await study.estimate('int8/tensor/minmax', { lo: -1, hi: 1 }, null, signal);
    const measured = await study.measure('int8/tensor/minmax', { lo: -1, hi: 1 }, null, signal);
    expect(found.mse).toBeCloseTo(measured.mse, 8);
    expect(found.clippedFraction).toBe(0);
  });

  it('refuses channels that are none and gives up when nobody waits', async () => {
    await expect(ofLayer(0).histogram(99, 8, signal)).rejects.toThrow('there are no channels 99 to 100');
    await expect(ofLayer(0).channels(AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
  });
});
