import type { Plan, Totals } from '../../report/plan.js';
import { printable, shorten } from '../../report/names.js';
import { formatBytes, formatCount, formatReal } from '../../report/units.js';
import { bitsOf, plannedLayers, plannedText, type PlannedLayer, type ReportDocument } from './rows.js';
import { countText, decibels, evidenceText, range, shapeText } from './text.js';

/** Text that Markdown, and the HTML in it, leave alone. Names come from model files. */
const plain = (text: string): string =>
  printable(text)
    .replace(/[\\`*_[\]<>|~&$#]/g, '\\$&')
    .replace(/^[-+=]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2');

interface Column {
  readonly title: string;
  readonly numeric?: true;
}

function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns.map(({ title }) => title)), line(columns.map(({ numeric }) => (numeric ? '---:' : '---'))), ...rows.map(line)];
}

function planLines(plan: Plan): string[] {
  const { predicted, baselines, measured, budget, runtime } = plan;
  const row = (name: string, totals: Totals): string[] => [
    name,
    formatBytes(totals.bytes),
    totals.effectiveBits.toFixed(2),
    decibels(totals.weightSqnrDb),
    totals.outputSqnrDb === null ? '–' : decibels(totals.outputSqnrDb),
    totals.bops === null ? '–' : formatReal(totals.bops),
  ];
  return [
    '## Plan',
    '',
    `For ${plain(budget)} on ${plain(runtime)}. ${measured ? `When it was run, the outputs kept ${decibels(measured.outputSqnrDb)}.` : 'It was not run: all figures are estimates.'}`,
    '',
    ...table(
      [
        { title: '' },
        { title: 'Weights', numeric: true },
        { title: 'Bits', numeric: true },
        { title: 'Weight SQNR', numeric: true },
        { title: 'Predicted at the outputs', numeric: true },
        { title: 'Bit operations', numeric: true },
      ],
      [row('float32', baselines.float32), row('int8 everywhere', baselines.int8), row('this plan', predicted)],
    ),
    '',
  ];
}

/** A report as Markdown: the layers in a table, the plan if there is one, findings and notes. */
export function reportMarkdown(document: ReportDocument): string {
  const { report, plan } = document;
  const { model } = report;
  const layers = plannedLayers(document);
  const ran = layers.some(({ effect }) => effect !== null);
  const row = (one: PlannedLayer): string[] => {
    const { layer, scheme, error, effect, activation } = one;
    const bits = bitsOf(one);
    return [
      plain(shorten(layer.name, 80)),
      plain(layer.op),
      shapeText(layer.shape),
      formatCount(layer.parameters),
      countText(layer.macs),
      plan ? plain(plannedText(one)) : scheme === null ? '–' : plain(scheme),
      bits === null ? '–' : bits.toFixed(2),
      error ? plain(range(error.clip)) : '–',
      error ? decibels(error.sqnrDb) : '–',
      ...(ran ? [effect ? `${effect.how === 'predicted' ? '\\~' : ''}${decibels(effect.outputSqnrDb)}` : '–'] : []),
      ...(plan ? [activation ? plain(activation) : 'as it is'] : []),
    ];
  };
  const findings = report.layers.flatMap(({ name, findings: found = [] }) => found.map((finding) => ({ name, finding })));
  const notes = [...new Set([...report.warnings, ...(plan?.notes ?? [])])];
  return [
    `# ${plain(model.file)}`,
    '',
    `${model.format.toUpperCase()} opset ${model.opset}${model.producer ? ` by ${plain(model.producer)}` : ''}, ${formatBytes(model.bytes)}, ${formatCount(model.parameters)} parameters, ${formatCount(layers.length)} weights of layers. ${evidenceText(report)}`,
    '',
    ...(plan ? planLines(plan) : []),
    '## Layers',
    '',
    ...table(
      [
        { title: 'Layer' },
        { title: 'Operator' },
        { title: 'Shape' },
        { title: 'Weights', numeric: true },
        { title: 'MACs', numeric: true },
        { title: plan ? 'Planned' : 'Suggested' },
        { title: 'Bits', numeric: true },
        { title: 'Clip range' },
        { title: 'SQNR', numeric: true },
        ...(ran ? [{ title: 'At the outputs', numeric: true as const }] : []),
        ...(plan ? [{ title: 'Input as' }] : []),
      ],
      layers.map(row),
    ),
    '',
    ...(findings.length > 0
      ? [
          '## Findings',
          '',
          ...findings.map(
            ({ name, finding: { text, remedy, gainDb } }) =>
              `- **${plain(shorten(name, 80))}**: ${plain(text)}. ${plain(remedy)}${gainDb === null ? '' : ` (${gainDb >= 0 ? '+' : '−'}${Math.abs(gainDb).toFixed(1)} dB)`}`,
          ),
          '',
        ]
      : []),
    ...(notes.length > 0 ? ['## Notes', '', ...notes.map((note) => `- ${plain(note)}`), ''] : []),
    `Made by Precision Lens ${report.tool.version}${model.sha256 === null ? '' : `, SHA-256 of the model ${model.sha256}`}.`,
    '',
  ].join('\n');
}
