import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { analyzeModel, type ModelInput } from '../analysis/pipeline.js';
import { defaultSchemes } from '../analysis/schemes.js';
import { sha256 } from '../analysis/sha256.js';
import { encodingWriters, qdqLayers, qdqModel, reportWriters, type QdqModel, type ReportDocument } from '../exporters/index.js';
import { openModel } from '../model/open.js';
import type { Plan } from '../report/plan.js';
import { PlanFileError, readPlan, type PlannedFor } from '../report/readPlan.js';
import { readReport, ReportFileError } from '../report/readReport.js';
import { formatBytes, formatCount } from '../report/units.js';
import { interruptible } from './interrupt.js';
import { startLanes } from './lanes.js';
import type { Open } from './open.js';
import { refuseOverwriting } from './overwriting.js';
import { progressLine } from './progress.js';
import { writeTogether } from '../worker/writeFiles.js';
import { writeOutput } from './writeOutput.js';

interface ExportFlags {
  readonly as: string;
  readonly plan?: string;
  readonly report?: string;
  readonly output: string;
  readonly force?: true;
}

/** Says what is wrong with a file with its name in front. */
async function naming<T>(file: string, use: () => Promise<T> | T): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (error instanceof PlanFileError) throw new PlanFileError(`${file}: ${error.message}`);
    throw error instanceof ReportFileError ? new ReportFileError(`${file}: ${error.message}`) : error;
  }
}

/** What plans and reports have to be of. */
async function identity(input: ModelInput, signal: AbortSignal): Promise<PlannedFor> {
  const { layers } = await openModel(input.source, input.siblings);
  return { file: input.file, sha256: await sha256(input.source, signal), layers };
}

/** The report that was asked for, or one from the weights alone, and the plan that goes with it. */
async function reportFor(input: ModelInput, flags: ExportFlags, plan: Plan | null, signal: AbortSignal): Promise<ReportDocument> {
  if (flags.report !== undefined) {
    const file = flags.report;
    const text = await readFile(file, 'utf8');
    const model = await identity(input, signal);
    return naming(file, () => {
      const { report, plan: own } = readReport(text, model);
      return { report, plan: plan ?? (own === null ? null : readPlan(JSON.stringify(own), model)) };
    });
  }
  const planned = plan?.assignments.flatMap(({ weight }) => weight ?? []) ?? [];
  const schemes = [...new Set([...defaultSchemes, ...planned])];
  const progress = progressLine(process.stderr);
  try {
    const { report } = await analyzeModel(input, { schemes, targetSqnr: 25, startLanes }, (update) => progress.show(update), signal);
    return { report, plan };
  } finally {
    progress.clear();
  }
}

function renderQdq(file: string, { model, data, opset, bytesBefore, weightBytes, notes }: QdqModel, plan: Plan): string {
  const bytes = model.length + (data?.length ?? 0);
  const planned = Math.round(plan.predicted.bytes);
  const quantized = plan.assignments.filter(({ weight, activation }) => weight !== null || activation !== null).length;
  return [
    `${file}: ${formatBytes(bytes)}, ${(bytesBefore / bytes).toFixed(1)} × smaller than ${formatBytes(bytesBefore)}; ${quantized} of ${plan.assignments.length} layers quantized`,
    `Weights of layers take ${formatCount(weightBytes)} bytes, ${formatCount(planned)} were planned; graph, biases and names ${formatCount(bytes - weightBytes)}.`,
    opset.after > opset.before
      ? `Opset ${opset.before} became ${opset.after}, the oldest with the types that are used.`
      : `Opset ${opset.before} stays.`,
    ...(data ? [`The data of tensors is in ${path.basename(file)}.data beside it: keep both together.`] : []),
    ...notes.map((note) => `Note: ${note}.`),
    '',
  ].join('\n');
}

async function exportModel(file: string, flags: ExportFlags, open: Open, signal: AbortSignal): Promise<void> {
  const { as, output, force = false } = flags;
  const beside: string[] = [];
  const refuse = (...outputs: string[]): Promise<void> => refuseOverwriting(outputs, [file, ...beside], force);
  await refuse(output);
  await open(file, async (opened) => {
    const input: ModelInput = {
      ...opened,
      siblings: (name) => {
        beside.push(path.join(path.dirname(file), name));
        return opened.siblings(name);
      },
    };
    const { plan: planFile } = flags;
    const plan = planFile === undefined ? null : await planFor(planFile, input, signal);
    const write = async (text: string, notes: readonly string[]): Promise<void> => {
      await refuse(output);
      await writeOutput(output, text);
      if (output !== '-') process.stdout.write([`${output}: written`, ...notes.map((note) => `Note: ${note}.`), ''].join('\n'));
    };

    if (Object.hasOwn(reportWriters, as)) {
      await write(reportWriters[as](await reportFor(input, flags, plan, signal)), []);
      return;
    }
    if (!plan) throw new Error(`--as ${as} needs --plan: write one with "precision-lens plan"`);
    if (Object.hasOwn(encodingWriters, as)) {
      const { text, notes } = await encodingWriters[as](input.source, input.siblings, qdqLayers(plan));
      await write(text, notes);
      return;
    }
    if (output === '-') throw new Error('a model is not written to standard output: name a file with -o');
    const made = await qdqModel(input.source, input.siblings, qdqLayers(plan), { dataFile: `${path.basename(output)}.data` });
    const files = [
      // The data first: a model without it would not load.
      ...(made.data ? [{ file: `${output}.data`, content: made.data.read() }] : []),
      { file: output, content: made.model.read() },
    ];
    await refuse(...files.map((one) => one.file));
    await writeTogether(files, signal);
    process.stdout.write(renderQdq(output, made, plan));
  });
}

async function planFor(file: string, input: ModelInput, signal: AbortSignal): Promise<Plan> {
  const text = await readFile(file, 'utf8');
  const model = await identity(input, signal);
  return naming(file, () => readPlan(text, model));
}

const targets = ['qdq', ...Object.keys(reportWriters), ...Object.keys(encodingWriters)];

/**
 * Adds `export MODEL` to the command line.
 *
 * @param open runs something on a model file
 */
export function addExportCommand(program: Command, open: Open): void {
  program
    .command('export')
    .argument('<model>', 'model file (.onnx)')
    .description('write a plan or a report as a file that other tools and people read')
    .addOption(
      new Option(
        '--as <target>',
        'qdq: a quantized ONNX model; ort-overrides, aimet-2: scales for those tools; report (JSON), html, csv, markdown: for people',
      )
        .choices(targets)
        .makeOptionMandatory(),
    )
    .option('--plan <file>', 'the plan, as "precision-lens plan" writes it; reports may do without')
    .option('--report <file>', 'for reports: what "precision-lens analyze --json" wrote; made from the weights alone when left out')
    .requiredOption('-o, --output <file>', 'where to write it; - for standard output')
    .option('--force', 'overwrite the files of the model itself')
    .action((file: string, flags: ExportFlags) =>
      interruptible('the export was cancelled; nothing was written', (signal) => exportModel(file, flags, open, signal)),
    );
}
