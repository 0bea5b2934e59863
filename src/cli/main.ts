import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { VERSION } from '../report/version.js';
import { analyzeModel, inspectModel, type ModelInput } from '../analysis/pipeline.js';
import { defaultSchemes } from '../analysis/schemes.js';
import { expandSchemes, splitList } from '../core/formats/index.js';
import { ModelError } from '../model/types.js';
import { withModel } from '../worker/input.js';
import { addPlanCommand } from './plan.js';
import { progressLine } from './progress.js';
import { renderAnalysis, renderInspection } from './summary.js';
import { writeOutput } from './writeOutput.js';

interface AnalyzeFlags {
  readonly evidence: 'weights';
  readonly formats?: string[];
  readonly granularity?: string[];
  readonly clip?: string[];
  readonly targetSqnr: number;
  readonly json?: string;
  readonly failBelow?: number;
}

const decibels = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError(`expected a number of dB, e.g. 25; found "${text}".`);
  return value;
};

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Schemes asked for by flags; the default ones when none was given. */
function schemesOf({ formats, granularity, clip }: AnalyzeFlags): readonly string[] {
  if (!formats && !granularity && !clip) return defaultSchemes;
  return expandSchemes({
    formats: formats ?? ['int2', 'int3', 'int4', 'int5', 'int6', 'int7', 'int8'],
    granularities: granularity ?? [],
    clippings: clip ?? [],
  }).map(({ text }) => text);
}

/** Runs `use` on the model in `file`; what is wrong with the model is said with the file's name in front. */
async function open<T>(file: string, use: (input: ModelInput) => Promise<T>): Promise<T> {
  try {
    return await withModel({ path: file }, use);
  } catch (error) {
    throw error instanceof ModelError ? new ModelError(`${file}: ${error.message}`) : error;
  }
}

async function inspect(file: string, { json }: { readonly json?: string }): Promise<void> {
  const report = await open(file, (input) => inspectModel(input, new AbortController().signal));
  if (json !== '-') process.stdout.write(renderInspection(report));
  if (json !== undefined) await writeOutput(json, toJson(report));
}

async function analyze(file: string, flags: AnalyzeFlags): Promise<void> {
  const options = { schemes: schemesOf(flags), targetSqnr: flags.targetSqnr };
  const progress = progressLine(process.stderr);
  const { report } = await open(file, async (input) => {
    try {
      return await analyzeModel(input, options, (update) => progress.show(update), new AbortController().signal);
    } finally {
      progress.clear();
    }
  });
  if (flags.json !== '-') process.stdout.write(renderAnalysis(report, flags.targetSqnr));
  if (flags.json !== undefined) await writeOutput(flags.json, toJson(report));

  const { failBelow } = flags;
  if (failBelow === undefined) return;
  const failing = report.layers.filter(({ advice }) => advice && (advice.sqnrDb ?? Infinity) < failBelow);
  if (failing.length > 0) {
    const worst = failing.reduce((a, b) => ((a.advice?.sqnrDb ?? 0) <= (b.advice?.sqnrDb ?? 0) ? a : b));
    process.stderr.write(
      `gate: ${failing.length} of ${report.layers.length} layers stay below ${failBelow} dB; the lowest is ${worst.name} with ${worst.advice?.sqnrDb?.toFixed(1)} dB\n`,
    );
    process.exitCode = 1;
  }
}

const program = new Command('precision-lens')
  .description('How few bits each layer of a neural network can live with, where to clip it, and what that costs.')
  .version(VERSION)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'precision-lens: ')) });

const json = () => new Option('--json <file>', 'write the report as JSON; - for standard output, then nothing else is printed there');

program
  .command('inspect')
  .argument('<model>', 'model file (.onnx)')
  .description('list the layers and weights of a model')
  .addOption(json())
  .action(inspect);

program
  .command('analyze')
  .argument('<model>', 'model file (.onnx)')
  .description('measure every weight under every scheme and suggest the fewest bits')
  .addOption(new Option('--evidence <kind>', 'what the figures rest on').choices(['weights']).default('weights'))
  .addOption(new Option('--formats <list>', 'number formats, e.g. int8,int4,bf16').argParser(splitList))
  .addOption(new Option('--granularity <list>', 'what shares a scale: tensor, channel, block:32').argParser(splitList))
  .addOption(new Option('--clip <list>', 'clipping methods, e.g. minmax,mse').argParser(splitList))
  .addOption(new Option('--target-sqnr <dB>', 'what the suggested bits of a layer keep at least').argParser(decibels).default(25))
  .addOption(new Option('--fail-below <dB>', 'exit with 1 when a layer stays below this under its suggested scheme').argParser(decibels))
  .addOption(json())
  .action(analyze);

addPlanCommand(program, open);

/** Errors of the file system in the words of a user. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  const file = path === undefined ? '' : `${path}: `;
  if (code === 'ENOENT') return `${file}there is no such file; check the path`;
  if (code === 'EACCES' || code === 'EPERM') return `${file}no permission; check the rights of the file and its folder`;
  if (code === 'EISDIR') return `${file}is a folder; name a model file`;
  if (code === 'ENOSPC') return `${file}the disk is full; nothing was written`;
  return error.message.split('\n')[0];
}

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    // commander has printed its line already; help and version are no errors
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  process.stderr.write(`precision-lens: ${explain(error)}\n`);
  process.exitCode = 2;
});
