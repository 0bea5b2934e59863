import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { parseScheme } from '../core/formats/index.js';
import { budgetExamples, costKinds, parseBudget, PlanError, type CostKind } from '../analysis/plan/budget.js';
import { parseEnergy } from '../analysis/plan/energyConstants.js';
import { parseFloatCurve } from '../analysis/plan/floatCurve.js';
import { planModel, type PlanOptions } from '../analysis/plan/planModel.js';
import { defaultProfile, isProfileName, parseProfile, profileNames, profiles } from '../analysis/plan/profiles.js';
import type { LayerRule } from '../analysis/plan/rules.js';
import { runtimeNames, type RuntimeName } from '../analysis/plan/runtimes.js';
import type { Hardware } from '../core/costs/hardware.js';
import type { Plan } from '../report/plan.js';
import { interruptible } from './interrupt.js';
import { startLanes } from './lanes.js';
import type { Open } from './open.js';
import { refuseOverwriting } from './overwriting.js';
import { decibels, positive } from './parsers.js';
import { progressLine } from './progress.js';
import { renderPlan } from './planSummary.js';
import { cancelled, runFlags, runOptions, type RunFlags } from './runFlags.js';
import { writeOutput } from './writeOutput.js';

interface PlanFlags extends RunFlags {
  readonly budget: readonly string[];
  readonly runtime: RuntimeName;
  readonly minimize: CostKind;
  readonly pin: readonly string[];
  readonly forbid: readonly string[];
  readonly pinActivation: readonly string[];
  readonly forbidActivation: readonly string[];
  readonly profile: string;
  readonly energy?: string;
  readonly batch: number;
  readonly floatCurve?: string;
  readonly details?: true;
  readonly failBelow?: number;
  readonly output?: string;
  readonly force?: true;
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

const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** The machine that costs are for, with energy constants from another file if there is one. */
async function hardwareOf({ profile, energy }: PlanFlags): Promise<Hardware> {
  const hardware = await profileOf(profile);
  return energy === undefined ? hardware : { ...hardware, energy: parseEnergy(await readFile(energy, 'utf8'), energy, hardware.energy) };
}

/** A profile by its name, or from a file. */
async function profileOf(text: string): Promise<Hardware> {
  if (isProfileName(text)) return profiles[text];
  const file = await readFile(text, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new PlanError(`there is no profile ${JSON.stringify(text)}; name ${profileNames.join(', ')}, or a JSON file`);
  });
  return parseProfile(file, text);
}

async function planOptions(file: string, flags: PlanFlags): Promise<PlanOptions> {
  const { runtime, minimize, floatCurve } = flags;
  return {
    budgets: flags.budget.map((text) => parseBudget(text, minimize)),
    runtime,
    weightRules: { pins: flags.pin.map(pin), forbids: flags.forbid.map(rule) },
    activationRules: { pins: flags.pinActivation.map(pin), forbids: flags.forbidActivation.map(rule) },
    hardware: await hardwareOf(flags),
    batch: flags.batch,
    run: runOptions(file, flags),
    startLanes,
    floatCurve: floatCurve === undefined ? null : parseFloatCurve(await readFile(floatCurve, 'utf8'), floatCurve),
  };
}

/** What a gate looks at: the outputs as they were measured, else what is predicted of the weights. */
function gatedDb({ measured, predicted }: Plan): { readonly db: number; readonly what: string } {
  return measured
    ? { db: measured.outputSqnrDb ?? Infinity, what: 'measured output SQNR' }
    : { db: predicted.weightSqnrDb ?? Infinity, what: 'predicted SQNR of the weights' };
}

/** Says on stderr which gates the plan fails, and sets the exit code. */
function applyGates(plan: Plan, { failBelow, budget }: PlanFlags): void {
  const fail = (text: string): void => {
    process.stderr.write(`gate: ${text}\n`);
    process.exitCode = 1;
  };
  const { db, what } = gatedDb(plan);
  if (failBelow !== undefined && db < failBelow) fail(`${what} is ${db.toFixed(1)} dB, below ${failBelow} dB`);
  for (const text of budget) {
    const { kind, limit } = parseBudget(text);
    if (kind === 'sqnr' && plan.measured && db < limit) fail(`the plan for ${text} gave ${db.toFixed(1)} dB when it was run`);
  }
}

async function plan(file: string, flags: PlanFlags, open: Open): Promise<void> {
  const { output } = flags;
  const options = await planOptions(file, flags);
  if (output !== undefined) await refuseOverwriting([output], [file], flags.force ?? false);
  const progress = progressLine(process.stderr);
  const planned = await interruptible(cancelled(options.run), (signal) =>
    open(file, async (input) => {
      try {
        return await planModel(input, options, (update) => progress.show(update), signal);
      } finally {
        progress.clear();
      }
    }),
  );
  if (output !== '-') process.stdout.write(renderPlan(planned, flags.details === true));
  if (output !== undefined) await writeOutput(output, `${JSON.stringify(planned.plan, null, 2)}\n`);
  applyGates(planned.plan, flags);
}

/** Adds `plan MODEL`. */
export function addPlanCommand(program: Command, open: Open): void {
  const options = [
    new Option('--runtime <name>', 'propose only what it can run').choices(runtimeNames).default('generic'),
    new Option('--minimize <cost>', 'what to spend least of while sqnr or drop is kept').choices(costKinds).default('size'),
    new Option(
      '--pin <layer=scheme>',
      'fix the scheme of layers’ weights: a name, a glob of names or op:Conv; float leaves them as they are',
    )
      .argParser(collect)
      .default([], 'none'),
    new Option('--forbid <layer=schemes>', 'schemes that layers’ weights must not take: a glob, e.g. "op:Conv=int2*"')
      .argParser(collect)
      .default([], 'none'),
    new Option('--pin-activation <layer=scheme>', 'fix how layers take in their input, e.g. "*=uint8/tensor/mse"')
      .argParser(collect)
      .default([], 'none'),
    new Option('--forbid-activation <layer=schemes>', 'how layers must not take in their input, e.g. "*=float"')
      .argParser(collect)
      .default([], 'none'),
    new Option('--profile <name>', `machine that times are for: ${profileNames.join(', ')}, or a JSON file like them`).default(
      defaultProfile,
    ),
    new Option('--energy <file>', 'JSON of energy constants that differ from the profile’s, e.g. {"dram": 1300} in pJ for 32 bits'),
    new Option('--batch <n>', 'samples that run at once, for all costs').argParser(positive('samples')).default(1),
    new Option('--float-curve <file>', 'CSV accuracy,size of float models: tells the effective compression ratio by it'),
    ...runFlags(),
    new Option('--details', 'print what each layer costs too'),
    new Option('--fail-below <dB>', 'exit with 1 when the plan gives less at the outputs (or, without a run, of the weights)').argParser(
      decibels,
    ),
    new Option(
      '-o, --output <file>',
      'write the plan, e.g. model.precision.json; - for standard output, then nothing else is printed there',
    ),
  ];
  const command = program
    .command('plan')
    .argument('<model>', 'model file (.onnx)')
    .description('choose a scheme for every weight, and with inputs for what layers take in, so that a budget is kept')
    .requiredOption(
      '--budget <budget>',
      `${budgetExamples} (decibels at least, or points of accuracy lost at most); twice for weights and activations`,
      collect,
    );
  options.reduce((at, option) => at.addOption(option), command).action((file: string, flags: PlanFlags) => plan(file, flags, open));
}
