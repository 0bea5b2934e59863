/** What a run of the model adds to what `analyze` prints. */
import type { Finding, LayerReport, Report, RunReport, Sensitivity } from '../report/types.js';
import { formatCount, formatDecibels } from '../report/units.js';
import { printable } from '../report/names.js';
import { renderTable, type Column } from './table.js';

const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
const points = (value: number): string => (100 * value).toFixed(1);

/** What quantizing this layer's weight alone, as suggested, does to the model's outputs. */
const effect = (layer: LayerReport): Sensitivity | undefined =>
  layer.sensitivity.find(({ scheme, target }) => target === 'weight' && scheme === layer.advice?.scheme);

/** A cause in a word, and what its remedy gains. */
const cause = ({ cause, gainDb }: Finding): string => (gainDb === null ? cause : `${cause} +${gainDb.toFixed(1)} dB`);

/** Columns of the table of layers. */
export function effectColumns({ classes, accuracy }: RunReport): readonly Column<LayerReport>[] {
  const of = (cell: (found: Sensitivity) => string | null) => (layer: LayerReport) => {
    const found = effect(layer);
    return (found && cell(found)) ?? '–';
  };
  return [
    { title: 'Outputs (dB)', align: 'right', cell: of(({ outputSqnrDb }) => formatDecibels(outputSqnrDb)) },
    { title: 'How', align: 'left', cell: of(({ how }) => how) },
    ...(classes
      ? [
          {
            title: 'Top-1 kept',
            align: 'right' as const,
            cell: of(({ top1Agreement }) => (top1Agreement === null ? null : share(top1Agreement))),
          },
        ]
      : []),
    ...(accuracy
      ? [
          {
            title: 'Accuracy lost (points)',
            align: 'right' as const,
            cell: of(({ accuracyDrop }) => (accuracyDrop === null ? null : points(accuracyDrop))),
          },
        ]
      : []),
    { title: 'Causes', align: 'left', cell: ({ findings = [] }) => findings.slice(0, 2).map(cause).join(', ') || '–', max: 60 },
  ];
}

/** What the figures rest on, and the float accuracy where labels tell it. */
export function evidence({ evidence: kind, samples, run }: Report): string {
  if (kind === 'weights' || !run) return 'Evidence: weights alone, no inputs.';
  const inputs = kind === 'synthetic' ? 'generated inputs, not yours' : 'your inputs';
  const accuracy = run.accuracy ? `; the float model is right on ${share(run.accuracy.correct / run.accuracy.samples)}` : '';
  const { prediction } = run;
  const predicted = prediction
    ? ` Predicted figures miss measured ones by ${prediction.rmsDb.toFixed(1)} dB (root mean square of ${formatCount(prediction.checked)} checks; ${prediction.maxDb.toFixed(1)} dB at most).`
    : '';
  return `Evidence: ${formatCount(samples)} ${samples === 1 ? 'sample' : 'samples'} of ${inputs}, run in ${run.backend}${accuracy}.${predicted}`;
}

const MOST_CAUSES = 10;

/** What was found, most gain first. */
export function causes({ layers }: Report): readonly string[] {
  const found = layers
    .flatMap(({ name, findings = [] }) => findings.map((finding) => ({ name, finding })))
    .sort((a, b) => (b.finding.gainDb ?? -1) - (a.finding.gainDb ?? -1));
  if (found.length === 0) return [];
  const rest = found.length - MOST_CAUSES;
  return [
    '',
    'Causes of error, and what their remedies gain:',
    ...found.slice(0, MOST_CAUSES).map(({ name, finding }) => printable(`  ${name}: ${finding.text} ${finding.remedy}`)),
    ...(rest > 0 ? [`  … and ${formatCount(rest)} more in the JSON report`] : []),
  ];
}

/** All layers quantized at once: how errors add up, and which layer costs most. */
export function togetherSummary({ layers, run }: Report): readonly string[] {
  const together = run?.together;
  if (!together) return [];
  const { scheme, activationScheme, outputSqnrDb, top1Agreement, accuracyDrop } = together;
  const figures = [
    `${formatDecibels(outputSqnrDb)} dB at the outputs`,
    ...(top1Agreement === null ? [] : [`${share(top1Agreement)} keep their class`]),
    ...(accuracyDrop === null ? [] : [`${points(accuracyDrop)} points of accuracy lost`]),
  ];
  const what = activationScheme === null ? 'activations in float' : `activations ${activationScheme}`;
  const known = (db: number | null | undefined): string => (db === undefined ? '–' : formatDecibels(db));
  const gain = ({ together: at }: LayerReport): number | null =>
    typeof at?.withoutSqnrDb === 'number' && outputSqnrDb !== null ? at.withoutSqnrDb - outputSqnrDb : null;
  return [
    '',
    `All layers at once, weights ${scheme}, ${what}: ${figures.join(', ')}.`,
    '',
    renderTable(
      layers.filter(({ together: at }) => at !== undefined),
      [
        { title: 'Layer', align: 'left', cell: ({ name }) => name, max: 40 },
        { title: 'Adds up to here (dB)', align: 'right', cell: ({ together: at }) => known(at!.accumulatedSqnrDb) },
        {
          title: 'Outputs without it (dB)',
          align: 'right',
          cell: ({ together: at }) => known(at!.withoutSqnrDb),
        },
        { title: 'Gain (dB)', align: 'right', cell: (layer) => gain(layer)?.toFixed(1) ?? '–' },
      ],
    ),
  ];
}
