import path from 'node:path';
import { analyzeModel } from '../../../src/analysis/pipeline.js';
import { addEffects } from '../../../src/analysis/run.js';
import { defaultSchemes } from '../../../src/analysis/schemes.js';
import { startEngine } from '../../../src/engine/index.js';
import { fileSource, folderSiblings } from '../../../src/model/fileSource.js';
import { defaultRunSettings, type RunSettings } from '../../../src/report/runSettings.js';
import type { LayerReport, Report, Sensitivity } from '../../../src/report/types.js';
import { spearman, table } from '../figures.js';
import type { Sample } from '../samples.js';
import type { Made, Section, SectionContext } from '../section.js';
import { svg } from '../svg.js';

type Target = Sensitivity['target'];

const targets: readonly Target[] = ['weight', 'activation', 'both'];

const { signal } = new AbortController();

async function run(sample: Sample, engineScript: string, exhaustive: boolean): Promise<Report> {
  const source = await fileSource(sample.model);
  const siblings = folderSiblings(path.dirname(sample.model));
  try {
    const input = { source, siblings, file: path.basename(sample.model) };
    const { targetSqnr } = defaultRunSettings;
    const { report } = await analyzeModel(input, { schemes: defaultSchemes, targetSqnr }, () => undefined, signal);
    const settings: RunSettings = { ...defaultRunSettings, inputs: sample.inputs, labels: sample.labels, targets, exhaustive };
    const place = { path: sample.model };
    return await addEffects(
      input,
      report,
      { settings, place, startEngine: () => startEngine(engineScript), cacheFolder: null },
      () => undefined,
      signal,
    );
  } finally {
    await Promise.all([source.close(), siblings.close()]);
  }
}

/** The same effect from both runs. */
interface Pair {
  readonly target: Target;
  readonly scheme: string;
  readonly how: Sensitivity['how'];
  readonly quick: number;
  readonly full: number;
}

function pairs(quick: readonly LayerReport[], full: readonly LayerReport[]): readonly Pair[] {
  return quick.flatMap(({ sensitivity }, layer) =>
    sensitivity.flatMap(({ target, scheme, activationScheme, how, outputSqnrDb }): readonly Pair[] => {
      const truth = full[layer].sensitivity.find(
        (other) => other.target === target && other.scheme === scheme && other.activationScheme === activationScheme,
      )?.outputSqnrDb;
      return outputSqnrDb === null || typeof truth !== 'number' ? [] : [{ target, scheme, how, quick: outputSqnrDb, full: truth }];
    }),
  );
}

const rank = (found: readonly Pair[]): number =>
  spearman(
    found.map(({ quick }) => quick),
    found.map(({ full }) => full),
  );

const rms = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

/** Rank correlation of the layers under one weight scheme, the median of all schemes: whether the order of layers is right. */
function withinSchemes(found: readonly Pair[]): number {
  const schemes = [...new Set(found.map(({ scheme }) => scheme))];
  const each = schemes
    .map((scheme) => found.filter((pair) => pair.scheme === scheme))
    .filter((of) => of.length > 2)
    .map(rank)
    .sort((a, b) => a - b);
  return each[each.length >> 1];
}

const BAR = 0.95;

/** How well predicted effects agree with measured ones. */
export const prediction: Section = {
  id: 'prediction',
  activationSchemes: [],
  async make({ samples, engineScript, log }: SectionContext): Promise<Made> {
    const rows: string[][] = [];
    const panels = [];
    const missed: string[] = [];
    for (const sample of samples) {
      const [quick, full] = [await run(sample, engineScript, false), await run(sample, engineScript, true)];
      const found = pairs(quick.layers, full.layers);
      const of = (target: Target): readonly Pair[] => found.filter((pair) => pair.target === target);
      const predicted = found.filter(({ how, target }) => how === 'predicted' && target !== 'both');
      const measured = of('weight').filter(({ how }) => how === 'measured').length;
      const same = quick.layers.filter(({ advice }, i) => advice?.bits === full.layers[i].advice?.bits).length;
      const correlations = targets.map((target) => rank(of(target)));
      if (correlations.some((value) => value < BAR)) missed.push(sample.title);
      rows.push([
        sample.title,
        `${measured} of ${of('weight').length}`,
        ...correlations.map((value) => value.toFixed(3)),
        withinSchemes(of('weight')).toFixed(3),
        rms(predicted.map((pair) => pair.quick - pair.full)).toFixed(1),
        quick.run!.prediction!.rmsDb.toFixed(1),
        `${same} of ${quick.layers.length}`,
      ]);
      panels.push({
        title: sample.title,
        series: [{ label: 'a layer, a scheme', points: predicted.map((pair) => [pair.full, pair.quick] as const) }],
      });
      log(`${sample.title}: ${correlations.map((value) => value.toFixed(4)).join(', ')}`);
    }
    const picture = svg({
      description: 'Predicted against measured SQNR at the outputs, one dot for each layer and weight scheme',
      panels,
      x: { min: 0, max: 100, step: 20, label: 'measured, dB' },
      y: { min: 0, max: 100, step: 20, label: 'predicted, dB' },
      kind: 'dots',
      reference: { label: 'as measured', at: 'diagonal' },
    });
    const verdict = missed.length === 0 ? `All are above the bar of ${BAR}.` : `Below the bar of ${BAR}: ${missed.join(', ')}.`;
    const { samples: count, targetSqnr } = defaultRunSettings;
    const markdown = `## Predicted effects

By default a layer is measured under two or three of the ${defaultSchemes.length} schemes and the others are predicted: one in the middle (a local error of 20 dB), then the
one that would be suggested, and once more if the suggestion changed. Small noise passes through a network linearly, so a layer's output SQNR is its local SQNR plus
a gain that is the layer's own; below 12 dB outputs get worse by 1.6 dB for each dB. Here the default is held against \`--exhaustive\`, on ${count} samples:
rank correlation (Spearman) of all layers and schemes, with weights, activations or both quantized; of the layers under one weight scheme (median of the schemes); the rms error of what
is predicted, and what the run itself says of it, from a few figures that it measured to check; and for how many layers both suggest as many bits for ${targetSqnr} dB. ${verdict}

${table(
  [
    'model',
    'weights measured',
    'ρ weights',
    'ρ activations',
    'ρ both',
    'ρ within a scheme',
    'rms, dB',
    'rms as told, dB',
    'same bits suggested',
  ],
  rows,
)}

![Predicted against measured SQNR at the outputs, one panel for each model](images/accuracy/prediction.svg)

What remains is not in the local error: rounding errors of a scheme point in one direction, the same for all samples, and how much of it reaches the outputs is chance. It is
largest where a layer has few weights (depthwise convolutions, the 16 channels of the first stage of ResNet-20).`;
    return { markdown, images: new Map([['prediction.svg', picture]]) };
  },
};
