import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Option, type Command } from 'commander';
import type { ModelInput } from '../analysis/pipeline.js';
import { sha256 } from '../analysis/sha256.js';
import { encodingWriters, qdqLayers, qdqModel, type QdqModel } from '../exporters/index.js';
import { openModel } from '../model/open.js';
import type { Plan } from '../report/plan.js';
import { PlanFileError, readPlan } from '../report/readPlan.js';
import { formatBytes, formatCount } from '../report/units.js';
import { refuseOverwriting } from './overwriting.js';
import { writeOutput, writeTogether } from './writeOutput.js';

interface ExportFlags {
  readonly as: string;
  readonly plan?: string;
  readonly output: string;
  readonly force?: true;
}

/** Opens the model in a file for a while. */
type Open = <T>(file: string, use: (input: ModelInput) => Promise<T>) => Promise<T>;

/** Reads a plan for the model. What is wrong with it is said with the file's name in front. */
async function planFor(file: string, input: ModelInput): Promise<Plan> {
  const text = await readFile(file, 'utf8');
  const { layers } = await openModel(input.source, input.siblings);
  try {
    return readPlan(text, { file: input.file, sha256: await sha256(input.source, new AbortController().signal), layers });
  } catch (error) {
    throw error instanceof PlanFileError ? new PlanFileError(`${file}: ${error.message}`) : error;
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

async function exportModel(file: string, flags: ExportFlags, open: Open): Promise<void> {
  const { output, force = false } = flags;
  await refuseOverwriting([output], [file], force);
  await open(file, async (input) => {
    const beside: string[] = [];
    const siblings: ModelInput['siblings'] = (name) => {
      beside.push(path.join(path.dirname(file), name));
      return input.siblings(name);
    };
    if (flags.plan === undefined) throw new Error(`--as ${flags.as} needs --plan: write one with "precision-lens plan"`);
    const plan = await planFor(flags.plan, input);
    if (Object.hasOwn(encodingWriters, flags.as)) {
      const { text, notes } = await encodingWriters[flags.as](input.source, siblings, qdqLayers(plan));
      await refuseOverwriting([output], [file, ...beside], force);
      await writeOutput(output, text);
      if (output !== '-') process.stdout.write([`${output}: written`, ...notes.map((note) => `Note: ${note}.`), ''].join('\n'));
      return;
    }
    if (output === '-') throw new Error('a model is not written to standard output: name a file with -o');
    const made = await qdqModel(input.source, siblings, qdqLayers(plan), { dataFile: `${path.basename(output)}.data` });
    const files = [
      // The data first: a model without it would not load.
      ...(made.data ? [{ file: `${output}.data`, content: made.data.read() }] : []),
      { file: output, content: made.model.read() },
    ];
    await refuseOverwriting(
      files.map((one) => one.file),
      [file, ...beside],
      force,
    );
    await writeTogether(files);
    process.stdout.write(renderQdq(output, made, plan));
  });
}

/**
 * Adds `export MODEL` to the command line.
 *
 * @param open runs something on a model file
 */
export function addExportCommand(program: Command, open: Open): void {
  program
    .command('export')
    .argument('<model>', 'model file (.onnx)')
    .description('write a plan as a file that other tools run or read')
    .addOption(new Option('--as <target>', 'what to write').choices(['qdq', ...Object.keys(encodingWriters)]).makeOptionMandatory())
    .option('--plan <file>', 'the plan, as "precision-lens plan" writes it')
    .requiredOption('-o, --output <file>', 'where to write it')
    .option('--force', 'overwrite the files of the model itself')
    .action((file: string, flags: ExportFlags) => exportModel(file, flags, open));
}
