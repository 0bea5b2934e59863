import type { LayerReport, Report } from '../report/types.js';
import { formatBytes, formatCount, formatDecibels, formatReal } from '../report/units.js';
import { causes, effectColumns, evidence, togetherSummary } from './runSummary.js';
import { renderTable, type Column } from './table.js';

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
  const { run } = report;
  const basis = report.layers.some(({ advice }) => advice?.outputSqnrDb !== undefined) ? ' at the outputs' : '';
  return [
    head(report),
    `${evidence(report)} Suggested: the fewest integer bits that keep ${targetSqnr} dB${basis}.`,
    '',
    renderTable(
      report.layers,
      run ? [...identity.filter(({ title }) => title !== 'Shape'), ...advice, ...effectColumns(run)] : [...identity, ...advice],
    ),
    ...causes(report),
    ...togetherSummary(report),
    '',
    total,
    ...notes(report),
    '',
  ].join('\n');
}
