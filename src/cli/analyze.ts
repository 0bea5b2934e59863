import path from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { analyzeModel, type ModelInput } from '../analysis/pipeline.js';
import { addEffects } from '../analysis/run.js';
import { defaultSchemes } from '../analysis/schemes.js';
import { expandSchemes, splitList } from '../core/formats/index.js';
import { startEngine } from '../engine/index.js';
import { defaultRunSettings, type RunSettings } from '../report/runSettings.js';
import { userCacheFolder } from './cacheFolder.js';
import { progressLine } from './progress.js';
import { renderAnalysis } from './summary.js';
import { writeOutput } from './writeOutput.js';

/** Opens the model in a file for a while. */
type Open = <T>(file: string, use: (input: ModelInput) => Promise<T>) => Promise<T>;

type Target = RunSettings['targets'][number];

interface AnalyzeFlags {
  readonly evidence?: 'weights' | 'synthetic' | 'data';
  readonly inputs?: string;
  readonly labels?: string;
  readonly samples: number;
  readonly seed: number;
  readonly target: readonly Target[];
  readonly exhaustive?: true;
  readonly backend: RunSettings['backend'];
  readonly memoryBudget: number;
  readonly cache?: string | false;
  readonly formats?: string[];
  readonly granularity?: string[];
  readonly clip?: string[];
  readonly targetSqnr: number;
  readonly match?: 'onnxruntime';
  readonly details?: true;
  readonly sample?: number;
  readonly json?: string;
  readonly failBelow?: number;
}

const decibels = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError(`expected a number of dB, e.g. 25; found "${text}".`);
  return value;
};

const positive =
  (what: string) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError(`expected a number of ${what}; found "${text}".`);
    return value;
  };

function seed(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError(`expected a whole number, e.g. 1; found "${text}".`);
  return Number(text) % 2 ** 32;
}

/** A list with something in it: an empty one would measure nothing. */
const list =
  (example: string) =>
  (text: string): string[] => {
    const parts = splitList(text);
    if (parts.length === 0) throw new InvalidArgumentError(`expected a list, e.g. ${example}; found "${text}".`);
    return parts;
  };

function bytes(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?(B|KiB|MiB|GiB)$/i.exec(text.trim()) ?? [];
  const power = ['b', 'kib', 'mib', 'gib'].indexOf((unit ?? '').toLowerCase());
  if (power < 0) throw new InvalidArgumentError(`expected a size, e.g. 512MiB or 2GiB; found "${text}".`);
  return Math.floor(Number(number) * 1024 ** power);
}

const allTargets: readonly Target[] = ['weight', 'activation', 'both'];

function targets(text: string): Target[] {
  return splitList(text).map((name) => {
    const target = allTargets.find((known) => known === name || `${known}s` === name);
    if (!target) throw new InvalidArgumentError(`expected weights, activations or both; found "${name}".`);
    return target;
  });
}

/** What the figures are to rest on: as asked for, else what the other flags imply. Throws when they contradict each other. */
function evidenceOf({ evidence, inputs, labels }: AnalyzeFlags): 'weights' | 'synthetic' | 'data' {
  const kind = evidence ?? (inputs === undefined ? 'weights' : 'data');
  if (kind === 'data' && inputs === undefined) throw new Error('--evidence data needs --inputs: name a .npy, .npz or a folder');
  if (kind !== 'data' && inputs !== undefined) throw new Error(`--inputs contradicts --evidence ${kind}: leave one of them out`);
  if (labels !== undefined && kind !== 'data') throw new Error('--labels needs --inputs: labels are those of your own samples');
  return kind;
}

/** Schemes asked for by flags; the default ones when none was given. */
function schemesOf({ formats, granularity, clip }: AnalyzeFlags): readonly string[] {
  if (!formats && !granularity && !clip) return defaultSchemes;
  return expandSchemes({
    formats: formats ?? ['int2', 'int3', 'int4', 'int5', 'int6', 'int7', 'int8'],
    granularities: granularity ?? [],
    clippings: clip ?? [],
  }).map(({ text }) => text);
}

async function analyze(file: string, flags: AnalyzeFlags, open: Open): Promise<void> {
  const { match, details, sample } = flags;
  const evidence = evidenceOf(flags);
  const weights = {
    ...(match ? { match } : {}),
    ...(details ? { details } : {}),
    ...(sample === undefined ? {} : { sample: { elements: sample } }),
    seed: flags.seed,
  };
  const options = { schemes: schemesOf(flags), targetSqnr: flags.targetSqnr, weights };
  const progress = progressLine(process.stderr);
  const report = await open(file, async (input) => {
    const { signal } = new AbortController();
    try {
      const { report: weights } = await analyzeModel(input, options, (update) => progress.show(update), signal);
      if (evidence === 'weights') return weights;
      const { inputs = null, labels = null, samples, seed, target: targets, exhaustive = false, backend, memoryBudget, targetSqnr } = flags;
      const asked = { inputs, labels, samples, seed, targets, exhaustive, backend, memoryBudget, targetSqnr };
      const settings: RunSettings = { ...defaultRunSettings, ...asked };
      const engine = path.join(__dirname, 'engine.js');
      const cacheFolder = flags.cache === false ? null : (flags.cache ?? userCacheFolder());
      const run = { settings, place: { path: file }, startEngine: () => startEngine(engine), cacheFolder };
      return await addEffects(input, weights, run, (update) => progress.show(update), signal);
    } finally {
      progress.clear();
    }
  });
  if (flags.json !== '-') process.stdout.write(renderAnalysis(report, flags.targetSqnr));
  if (flags.json !== undefined) await writeOutput(flags.json, `${JSON.stringify(report, null, 2)}\n`);

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

/** Adds `analyze MODEL`. */
export function addAnalyzeCommand(program: Command, open: Open): void {
  program
    .command('analyze')
    .argument('<model>', 'model file (.onnx)')
    .description('measure every weight under every scheme and suggest the fewest bits')
    .addOption(
      new Option(
        '--evidence <kind>',
        'what the figures rest on: the weights alone (default), or a run of the model on generated or on your own inputs',
      ).choices(['weights', 'synthetic', 'data']),
    )
    .addOption(new Option('--inputs <path>', 'your inputs: a .npy, a .npz, or a folder of them or of images; implies --evidence data'))
    .addOption(new Option('--labels <path>', 'class of every sample: .npy, .csv or .txt'))
    .addOption(new Option('--samples <n>', 'samples to run at most').argParser(positive('samples')).default(64))
    .addOption(new Option('--seed <n>', 'seed of all that is random').argParser(seed).default(1))
    .addOption(
      new Option('--target <list>', 'what a run quantizes: weights, activations, both').argParser(targets).default(['weight'], 'weights'),
    )
    .addOption(new Option('--exhaustive', 'measure every layer under every scheme instead of predicting between'))
    .addOption(
      new Option('--backend <build>', 'build of ONNX Runtime that runs the model; auto: native, or wasm where that does not load')
        .choices(['auto', 'native', 'wasm'])
        .default('auto'),
    )
    .addOption(
      new Option('--memory-budget <size>', 'what the float values kept between parts of the model may take, e.g. 512MiB')
        .argParser(bytes)
        .default(defaultRunSettings.memoryBudget, '1GiB'),
    )
    .addOption(
      new Option(
        '--cache <folder>',
        'where a run keeps what it measured, so that one that was cut short goes on where it was; a folder of the user when left out',
      ),
    )
    .addOption(new Option('--no-cache', 'measure everything anew and keep nothing'))
    .addOption(new Option('--formats <list>', 'number formats, e.g. int8,int4,bf16').argParser(list('int8,int4')))
    .addOption(new Option('--granularity <list>', 'what shares a scale: tensor, channel, block:32').argParser(list('tensor,channel')))
    .addOption(new Option('--clip <list>', 'clipping methods, e.g. minmax,mse').argParser(list('minmax,mse')))
    .addOption(
      new Option('--match <tool>', 'scales and zero points as that tool computes them; its traps become warnings').choices(['onnxruntime']),
    )
    .addOption(
      new Option(
        '--details',
        'report also mean absolute error, bias, rounding and saturation apart and over the clip range, entropy and use of the codes, sparsity, divergence, scales; skewness, quantiles, histograms, and the statistics of every channel; several times slower',
      ),
    )
    .addOption(
      new Option(
        '--sample <n>',
        'estimate the errors of weights of more than n elements from about n of them, with a 95 % interval and without a closer look at them',
      ).argParser(positive('elements')),
    )
    .addOption(new Option('--target-sqnr <dB>', 'what the suggested bits of a layer keep at least').argParser(decibels).default(25))
    .addOption(new Option('--fail-below <dB>', 'exit with 1 when a layer stays below this under its suggested scheme').argParser(decibels))
    .addOption(new Option('--json <file>', 'write the report as JSON; - for standard output, then nothing else is printed there'))
    .action((file: string, flags: AnalyzeFlags) => analyze(file, flags, open));
}
