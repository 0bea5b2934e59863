import { Option, type Command } from 'commander';
import { type Comparison, type LayerComparison, type Total, type TotalKind } from '../report/compare/compare.js';
import type { Compared } from '../report/compare/compared.js';
import type { Difference, DifferenceKind } from '../report/compare/differences.js';
import { writeChange, writeValue } from '../report/compare/text.js';
import { formatCount } from '../report/units.js';
import { compareFiles } from '../worker/compared.js';
import { interruptible } from './interrupt.js';
import { refuseOverwriting } from './overwriting.js';
import { progressLine } from './progress.js';
import { renderTable, type Column } from './table.js';
import { writeOutput } from './writeOutput.js';

interface CompareFlags {
  readonly json?: string;
  readonly force?: true;
}

const totalTitles: Readonly<Record<TotalKind, string>> = {
  layers: 'weights of layers',
  parameters: 'parameters',
  macs: 'MACs of one sample',
  file: 'file',
  opset: 'opset',
  evidence: 'evidence',
  samples: 'samples',
  accuracy: 'accuracy as it is',
  budget: 'budget',
  runtime: 'runtime',
  'planned-bytes': 'weights as planned',
  'planned-bits': 'bits a weight',
  predicted: 'predicted',
  measured: 'measured',
};

const kindTitles: Readonly<Record<DifferenceKind, string>> = {
  name: 'name',
  operator: 'operator',
  shape: 'shape',
  type: 'type',
  parameters: 'weights',
  macs: 'MACs',
  weights: 'values',
  'planned-weight': 'planned weight',
  'planned-input': 'planned input',
  suggested: 'suggested',
  error: 'weight SQNR',
  effect: 'at the outputs',
};

const totals: readonly Column<Total>[] = [
  { title: '', align: 'left', cell: ({ what }) => totalTitles[what] },
  { title: 'A', align: 'right', cell: ({ a, unit }) => writeValue(a, unit) },
  { title: 'B', align: 'right', cell: ({ b, unit }) => writeValue(b, unit) },
  { title: 'Change', align: 'right', cell: ({ a, b, unit }) => writeChange(a, b, unit) },
];

/** One line of the table: a difference of a layer, or that a side lacks it. */
interface Line {
  readonly layer: string;
  readonly what: string;
  readonly a: string;
  readonly b: string;
  readonly change: string;
}

const lines: readonly Column<Line>[] = [
  { title: 'Layer', align: 'left', cell: ({ layer }) => layer, max: 40 },
  { title: 'Differs in', align: 'left', cell: ({ what }) => what },
  { title: 'A', align: 'right', cell: ({ a }) => a },
  { title: 'B', align: 'right', cell: ({ b }) => b },
  { title: 'Change', align: 'right', cell: ({ change }) => change },
];

/** Of figures there are as many as schemes: the one that differs most speaks for them. */
function leading(differences: readonly Difference[]): { readonly difference: Difference; readonly more: number }[] {
  const found = new Map<DifferenceKind, Difference[]>();
  for (const difference of differences) {
    const alike = found.get(difference.what);
    if (alike) alike.push(difference);
    else found.set(difference.what, [difference]);
  }
  return [...found.values()].map(([difference, ...others]) => ({ difference, more: others.length }));
}

function linesOf({ a, b, by, differences }: LayerComparison): Line[] {
  if (!a || !b) {
    const only = (a ?? b)!;
    return [
      { layer: only.name, what: a ? 'only in A' : 'only in B', a: a?.shape?.join('×') ?? '', b: b?.shape?.join('×') ?? '', change: '' },
    ];
  }
  return leading(differences).map(({ difference: { what, of, unit, a: left, b: right }, more }, i) => ({
    layer: i === 0 ? a.name : '',
    what: [
      kindTitles[what],
      ...(of === null ? [] : [`(${of}${more > 0 ? `, ${more} more` : ''})`]),
      ...(what === 'name' && by ? [`(matched by ${by})`] : []),
    ].join(' '),
    a: writeValue(left, unit),
    b: writeValue(right, unit),
    change: writeChange(left, right, unit),
  }));
}

const kinds: Readonly<Record<Compared['kind'], string>> = { model: 'a model', report: 'a report', plan: 'a plan' };

/** What `compare` prints. */
export function renderComparison({ a, b, totals: whole, layers, different }: Comparison): string {
  const same = a.sha256 !== null && a.sha256 === b.sha256 ? ' Both are of one model file.' : '';
  const alike = layers.length - different;
  return [
    `A: ${a.title}, ${kinds[a.kind]}`,
    `B: ${b.title}, ${kinds[b.kind]}`,
    '',
    renderTable(whole, totals),
    '',
    different === 0
      ? `No difference in ${formatCount(layers.length)} layers.${same}`
      : `${formatCount(different)} of ${formatCount(layers.length)} layers differ, ${formatCount(alike)} are alike.${same}`,
    ...(different === 0 ? [] : ['', renderTable(layers.flatMap(linesOf), lines)]),
    '',
  ].join('\n');
}

async function compareTwo(a: string, b: string, { json, force }: CompareFlags): Promise<void> {
  if (json !== undefined) await refuseOverwriting([json], [a, b], force ?? false);
  const progress = progressLine(process.stderr);
  const comparison = await interruptible('cancelled; nothing was written', async (signal) => {
    try {
      return await compareFiles({ path: a }, { path: b }, (update) => progress.show(update), signal);
    } finally {
      progress.clear();
    }
  });
  if (json !== '-') process.stdout.write(renderComparison(comparison));
  if (json !== undefined) await writeOutput(json, `${JSON.stringify(comparison, null, 2)}\n`);
}

/** Adds `compare A B`. */
export function addCompareCommand(program: Command): void {
  program
    .command('compare')
    .argument('<a>', 'model (.onnx), report or plan (.json)')
    .argument('<b>', 'what it is compared with; of another kind if you like')
    .description('tell two models, reports or plans apart, layer by layer: matched by name, then shape, then position, differences first')
    .addOption(new Option('--json <file>', 'write the comparison as JSON; - for standard output, then nothing else is printed there'))
    .addOption(new Option('--force', 'write over a file that is compared'))
    .action(compareTwo);
}
