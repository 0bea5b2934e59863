import { Command, CommanderError, Option } from 'commander';
import { VERSION } from '../report/version.js';
import { inspectModel, type ModelInput } from '../analysis/pipeline.js';
import { ModelError } from '../model/types.js';
import { withModel } from '../worker/input.js';
import { addAnalyzeCommand } from './analyze.js';
import { addCompareCommand } from './compare.js';
import { addExportCommand } from './export.js';
import { InterruptedError } from './interrupt.js';
import { addPlanCommand } from './plan.js';
import { renderInspection } from './summary.js';
import { writeOutput } from './writeOutput.js';

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
  if (json !== undefined) await writeOutput(json, `${JSON.stringify(report, null, 2)}\n`);
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

addAnalyzeCommand(program, open);
addPlanCommand(program, open);
addExportCommand(program, open);
addCompareCommand(program);

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
  process.exitCode = error instanceof InterruptedError ? error.exitCode : 2;
});
