import { expect, test } from 'vitest';
import { samples, type Sample } from '../../../bench/accuracy/samples.js';
import { spearman } from '../../../bench/accuracy/figures.js';
import { measureSensitivity, type LayerFigures } from '../../../src/analysis/sensitivity/index.js';
import { defaultSchemes } from '../../../src/analysis/schemes.js';
import { localEngine } from '../../../src/engine/index.js';
import { openInputs } from '../../../src/engine/inputs/index.js';
import { fileSource } from '../../../src/model/fileSource.js';
import { openModel } from '../../../src/model/open.js';

async function effects({ model: file, inputs: data }: Sample, exhaustive: boolean): Promise<readonly LayerFigures[]> {
  const source = await fileSource(file);
  const model = await openModel(source, () => Promise.reject(new Error('there is nothing beside the model')));
  const inputs = await openInputs(data, model.inputs, { samples: 16 });
  const options = { startEngine: localEngine, processes: 1, weightSchemes: defaultSchemes, activationSchemes: [], targets: ['weight'] as const, exhaustive };
  const { layers, run } = await measureSensitivity(model, { path: file }, inputs, options, () => undefined, new AbortController().signal);
  expect(run.problem).toBeUndefined();
  await Promise.all([inputs.close(), source.close()]);
  return layers;
}

test.each(samples)('$title: what is predicted ranks layers and schemes as exhaustive measurement does', async (sample) => {
  const [quick, full] = [await effects(sample, false), await effects(sample, true)];
  const pairs = quick.flatMap(({ sensitivity }, layer) =>
    sensitivity.flatMap(({ outputSqnrDb, how }, i) => {
      const measured = full[layer].sensitivity[i];
      expect(measured.how).toBe('measured');
      return outputSqnrDb === null || measured.outputSqnrDb === null ? [] : [{ how, quick: outputSqnrDb, full: measured.outputSqnrDb }];
    }),
  );
  const predicted = pairs.filter(({ how }) => how === 'predicted');
  expect(predicted.length).toBeGreaterThan(3 * (pairs.length - predicted.length));
  const rank = (found: typeof pairs): number =>
    spearman(
      found.map((pair) => pair.quick),
      found.map((pair) => pair.full),
    );
  expect(rank(pairs)).toBeGreaterThanOrEqual(0.95);
  expect(rank(predicted)).toBeGreaterThanOrEqual(0.95);
});
