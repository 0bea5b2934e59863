import type { LayerReport, Report, Sensitivity } from '../report/types.js';
import { renderTable, type Column } from './table.js';
import { formatBytes, formatCount, formatDecibels, formatReal } from '../report/units.js';

const shape = (layer: LayerReport): string => layer.shape.join('×') || 'scalar';

const identity: readonly Column<LayerReport>[] = [
  { title: 'Layer', align: 'left', cell: (layer) => layer.name, max: 40 },
  { title: 'Operator', align: 'left', cell: (layer) => layer.op },
  { title: 'Shape', align: 'left', cell: shape },
  { title: 'Weights', align: 'right', cell: (layer) => formatCount(layer.parameters) },
];

const advised = (layer: LayerReport, cell: (advice: NonNullable<LayerReport['advice']>) => string): string =>
  layer.advice ? cell(layer.advice) : '–';

const advice: readonly Column<LayerReport>[] = [
  { title: 'Bits', align: 'right', cell: (layer) => advised(layer, ({ bits }) => bits.toString()) },
  { title: 'Scheme', align: 'left', cell: (layer) => advised(layer, ({ scheme }) => scheme) },
  { title: 'Clip range', align: 'left', cell: (layer) => advised(layer, ({ clip }) => `[${formatReal(clip.lo)}, ${formatReal(clip.hi)}]`) },
  { title: 'SQNR (dB)', align: 'right', cell: (layer) => advised(layer, ({ sqnrDb }) => formatDecibels(sqnrDb) + margin(layer)) },
];

/** Half the width of the interval of an estimated SQNR, in the table's cell. */
function margin(layer: LayerReport): string {
  const interval = layer.errors.find(({ scheme }) => scheme === layer.advice?.scheme)?.sampled?.sqnrInterval;
  return interval ? ` ± ${((interval[1] - interval[0]) / 2).toFixed(1)}` : '';
}

/** What quantizing this layer's weight alone, as suggested, does to the model's outputs. */
const effect = (layer: LayerReport): Sensitivity | undefined =>
  layer.sensitivity.find(({ scheme, target }) => target === 'weight' && scheme === layer.advice?.scheme);

/** With a run of the model; a figure that is predicted, not measured, has a ~ in front. */
const effects: readonly Column<LayerReport>[] = [
  {
    title: 'At the outputs (dB)',
    align: 'right',
    cell: (layer) => {
      const found = effect(layer);
      return found ? `${found.how === 'predicted' ? '~' : ''}${formatDecibels(found.outputSqnrDb)}` : '–';
    },
  },
];

const share = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** What the figures rest on, and the float accuracy where labels tell it. */
function evidence({ evidence: kind, samples, run }: Report): string {
  if (kind === 'weights' || !run) return 'Evidence: weights alone, no inputs.';
  const inputs = kind === 'synthetic' ? 'generated inputs, not yours' : 'your inputs';
  const accuracy = run.accuracy ? `; the float model is right on ${share(run.accuracy.correct / run.accuracy.samples)}` : '';
  const predicted = run.prediction ? ` Figures with a ~ are predicted, to about ${run.prediction.rmsDb.toFixed(1)} dB.` : '';
  return `Evidence: ${formatCount(samples)} samples of ${inputs}, run in ${run.backend}${accuracy}.${predicted}`;
}

const head = ({ model, layers }: Report): string =>
  `${model.file}: ${model.format.toUpperCase()} opset ${model.opset}${model.producer ? ` by ${model.producer}` : ''}, ${formatBytes(model.bytes)}, ` +
  `${formatCount(model.parameters)} parameters, ${formatCount(layers.length)} weights of layers`;

const notes = (report: Report): string[] => [
  ...report.warnings.map((warning) => `Note: ${warning}`),
  ...report.layers.filter(({ problem }) => problem !== undefined).map(({ name, problem }) => `Problem: ${name}: ${problem}`),
];

/** Effective bits of the advised scheme of a layer. */
const effectiveBits = (layer: LayerReport): number | undefined =>
  layer.errors.find(({ scheme }) => scheme === layer.advice?.scheme)?.effectiveBits;

/** The layers as they stand in the model: what `inspect` prints. */
export const renderInspection = (report: Report): string =>
  [
    head(report),
    '',
    renderTable(report.layers, [
      ...identity,
      { title: 'Type', align: 'left', cell: ({ dataType }) => dataType },
      { title: 'MACs', align: 'right', cell: ({ macs }) => (macs === null ? '–' : formatCount(macs)) },
    ]),
    ...notes(report),
    '',
  ].join('\n');

/** The layers with their advice: what `analyze` prints. */
export function renderAnalysis(report: Report, targetSqnr: number): string {
  const withAdvice = report.layers.flatMap((layer) => {
    const bits = effectiveBits(layer);
    return bits === undefined ? [] : [{ layer, bits }];
  });
  const elements = withAdvice.reduce((sum, { layer }) => sum + layer.parameters, 0);
  const bits = withAdvice.reduce((sum, { layer, bits }) => sum + layer.parameters * bits, 0);
  const total =
    elements > 0
      ? `Weights of layers: ${formatBytes(elements * 4)} as float32, ${formatBytes(Math.ceil(bits / 8))} as suggested (${(bits / elements).toFixed(2)} bits a weight with scales; ${((32 * elements) / bits).toFixed(1)} × smaller).`
      : 'There are no weights to quantize in this model.';
  return [
    head(report),
    `${evidence(report)} Suggested: the fewest integer bits that keep ${targetSqnr} dB${report.evidence === 'weights' ? '' : ' of the weight itself'}.`,
    '',
    renderTable(report.layers, [...identity, ...advice, ...(report.evidence === 'weights' ? [] : effects)]),
    '',
    total,
    ...notes(report),
    '',
  ].join('\n');
}
