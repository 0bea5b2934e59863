import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { layerChannelHistograms } from '../../../src/analysis/channels.js';
import { analyzeModel } from '../../../src/analysis/pipeline.js';
import { withModel } from '../../../src/worker/input.js';

const path = fileURLToPath(new URL('../../../samples/lenet/lenet5-mnist.onnx', import.meta.url));
const { signal } = new AbortController();

it('histograms of channels are read from the model anew, and are those of the report', async () => {
  const options = { schemes: [], targetSqnr: 25, weights: { details: true } };
  const { report } = await withModel({ path }, (input) => analyzeModel(input, options, () => undefined, signal));
  for (const [index, { channelStats, weightStats }] of report.layers.entries()) {
    const { min, max, histograms } = channelStats!;
    const request = { from: 1, to: 4, bins: histograms[0].length, range: null };
    const found = await withModel({ path }, (input) => layerChannelHistograms(input, index, request, signal));
    found.forEach(({ lo, hi, counts }, c) => {
      expect([lo, hi]).toEqual([min[c + 1], max[c + 1]]);
      expect([...counts]).toEqual(histograms[c + 1]);
    });
    const { lo, hi, counts } = weightStats!.histogram!;
    expect([lo, hi]).toEqual([weightStats!.min, weightStats!.max]);
    expect(counts.reduce((a, b) => a + b)).toBe(report.layers[index].parameters);
  }
});

it('a layer that is none is refused', async () => {
  const request = { from: 0, to: 1, bins: 4, range: null };
  await expect(withModel({ path }, (input) => layerChannelHistograms(input, 99, request, signal))).rejects.toThrow('there is no layer 99');
});
