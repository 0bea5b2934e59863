import { realpath } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import type { ModelInput } from '../analysis/pipeline.js';
import { costKinds, parseBudget, PlanError, type CostKind } from '../analysis/plan/budget.js';
import { planModel, type LayerRule } from '../analysis/plan/planModel.js';
import { runtimeNames, type RuntimeName } from '../analysis/plan/runtimes.js';
import { parseScheme } from '../core/formats/index.js';
import { progressLine } from './progress.js';
import { renderPlan } from './planSummary.js';
import { writeOutput } from './writeOutput.js';

interface PlanFlags {
  readonly budget: string;
  readonly runtime: RuntimeName;
  readonly minimize: CostKind;
  readonly pin: readonly string[];
  readonly forbid: readonly string[];
  readonly output?: string;
}

/** `PATTERN=SCHEME`; the last equals sign counts, for names may hold one. */
function rule(text: string): LayerRule {
  const at = text.lastIndexOf('=');
  if (at < 1 || at === text.length - 1) {
    throw new PlanError(`${JSON.stringify(text)} is no rule; write LAYER=SCHEME, e.g. "conv1=int8/channel/mse" or "op:Gemm=float"`);
  }
  return { pattern: text.slice(0, at), scheme: text.slice(at + 1) };
}

const pin = (text: string): LayerRule => {
  const { pattern, scheme } = rule(text);
  return { pattern, scheme: scheme === null || scheme === 'float' ? null : parseScheme(scheme).text };
};

const collect = (text: string, before: readonly string[]): string[] => [...before, text];

const same = async (a: string, b: string): Promise<boolean> => {
  const [x, y] = await Promise.all([a, b].map((file) => realpath(file).catch(() => null)));
  return x !== null && x === y;
};

/**
 * Adds `plan` to the command line.
 *
 * @param open runs something on a model file
 */
export function addPlanCommand(program: Command, open: <T>(file: string, use: (input: ModelInput) => Promise<T>) => Promise<T>): void {
  program
    .command('plan')
    .argument('<model>', 'model file (.onnx)')
    .description('choose a scheme for every weight so that a budget is kept')
    .requiredOption('--budget <budget>', 'bits=4.5, size=1MiB, bops=2G, energy=50uJ or sqnr=30 (decibels at least)')
    .addOption(new Option('--runtime <name>', 'propose only what it can run').choices(runtimeNames).default('generic'))
    .addOption(new Option('--minimize <cost>', 'what to spend least of while sqnr is kept').choices(costKinds).default('size'))
    .option(
      '--pin <layer=scheme>',
      'fix the scheme of layers: a name, a glob of names or op:Conv; float leaves them as they are',
      collect,
      [],
    )
    .option('--forbid <layer=schemes>', 'schemes layers must not take: a glob, e.g. "op:Conv=int2*"', collect, [])
    .option('-o, --output <file>', 'write the plan, e.g. model.precision.json; - for standard output, then nothing else is printed there')
    .action(async (file: string, flags: PlanFlags) => {
      const { output, runtime } = flags;
      const options = {
        budget: parseBudget(flags.budget, flags.minimize),
        runtime,
        pins: flags.pin.map(pin),
        forbids: flags.forbid.map(rule),
      };
      if (output !== undefined && output !== '-' && (await same(file, output))) {
        throw new PlanError(`${output}: is the model itself; write the plan to another file`);
      }
      const progress = progressLine(process.stderr);
      const planned = await open(file, async (input) => {
        try {
          return await planModel(input, options, (update) => progress.show(update), new AbortController().signal);
        } finally {
          progress.clear();
        }
      });
      if (output !== '-') process.stdout.write(renderPlan(planned));
      if (output !== undefined) await writeOutput(output, `${JSON.stringify(planned.plan, null, 2)}\n`);
    });
}
