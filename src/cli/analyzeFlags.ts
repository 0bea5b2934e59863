import { Option, type Command } from 'commander';
import { defaultSchemes } from '../analysis/schemes.js';
import { expandSchemes } from '../core/formats/index.js';
import type { RunOptions } from '../analysis/run.js';
import { defaultRunSettings, type RunSettings } from '../report/runSettings.js';
import { decibels, list, positive, schemes, targets, together } from './parsers.js';
import { runFlags, runOptions, type RunFlags } from './runFlags.js';

export interface AnalyzeFlags extends RunFlags {
  readonly target: RunSettings['targets'];
  readonly activationSchemes: readonly string[];
  readonly together?: RunSettings['together'];
  readonly formats?: string[];
  readonly granularity?: string[];
  readonly clip?: string[];
  readonly targetSqnr: number;
  readonly match?: 'onnxruntime';
  readonly details?: true;
  readonly sample?: number;
  readonly json?: string;
  readonly html?: string;
  readonly failBelow?: number;
}

const { activationSchemes, targetSqnr } = defaultRunSettings;

/** What `analyze` takes. */
export function addAnalyzeFlags(command: Command): Command {
  const options = [
    ...runFlags(),
    new Option('--target <list>', 'what a run quantizes: weights, activations, both').argParser(targets).default(['weight'], 'weights'),
    new Option('--activation-schemes <list>', 'what inputs of layers are tried under')
      .argParser(schemes)
      .default(activationSchemes, activationSchemes.join()),
    new Option(
      '--together <schemes>',
      'also quantize all layers at once, e.g. with int4/channel/mse,uint8/tensor/minmax for weights and activations: the error as it adds up, and without each layer',
    ).argParser(together),
    new Option('--formats <list>', 'number formats, e.g. int8,int4,bf16').argParser(list('int8,int4')),
    new Option('--granularity <list>', 'what shares a scale: tensor, channel, block:32').argParser(list('tensor,channel')),
    new Option('--clip <list>', 'clipping methods, e.g. minmax,mse').argParser(list('minmax,mse')),
    new Option('--match <tool>', 'scales and zero points as that tool computes them; its traps become warnings').choices(['onnxruntime']),
    new Option(
      '--details',
      'report also mean absolute error, bias, rounding and saturation apart and over the clip range, entropy and use of the codes, sparsity, divergence, scales; skewness, quantiles, histograms, and the statistics of every channel; several times slower',
    ),
    new Option(
      '--sample <n>',
      'estimate the errors of weights of more than n elements from about n of them, with a 95 % interval and without a closer look at them',
    ).argParser(positive('elements')),
    new Option(
      '--target-sqnr <dB>',
      'what the suggested bits of a layer keep at least: at the outputs when the model is run, else of the weight',
    )
      .argParser(decibels)
      .default(targetSqnr),
    new Option('--fail-below <dB>', 'exit with 1 when the suggested scheme of a layer keeps less than this').argParser(decibels),
    new Option('--json <file>', 'write the report as JSON; - for standard output, then nothing else is printed there'),
    new Option('--html <file>', 'write the report as one page with charts and tables, which needs no network'),
  ];
  return options.reduce((at, option) => at.addOption(option), command);
}

/** Schemes asked for by flags; the default ones when none was given. */
export function schemesOf({ formats, granularity, clip }: AnalyzeFlags): readonly string[] {
  if (!formats && !granularity && !clip) return defaultSchemes;
  return expandSchemes({
    formats: formats ?? ['int2', 'int3', 'int4', 'int5', 'int6', 'int7', 'int8'],
    granularities: granularity ?? [],
    clippings: clip ?? [],
  }).map(({ text }) => text);
}

/** How to run the model in `file`; null when the figures are to rest on its weights alone. Throws when flags contradict each other. */
export function analyzeRun(file: string, flags: AnalyzeFlags): RunOptions | null {
  const { target: targets, activationSchemes: schemes, together = null, targetSqnr: bar } = flags;
  const run = runOptions(file, flags, { targets, activationSchemes: schemes, together, targetSqnr: bar });
  if (together && run === null) throw new Error('--together needs a run of the model: add --inputs, or --evidence synthetic');
  return run;
}
