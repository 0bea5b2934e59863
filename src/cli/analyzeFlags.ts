import { Option, type Command } from 'commander';
import { defaultSchemes } from '../analysis/schemes.js';
import { expandSchemes } from '../core/formats/index.js';
import { defaultRunSettings, type ImageSettings, type RunSettings } from '../report/runSettings.js';
import { userCacheFolder } from './cacheFolder.js';
import { bytes, decibels, dim, imageSize, list, positive, real, reals, schemes, seed, targets, together } from './parsers.js';

type EvidenceKind = 'weights' | 'synthetic' | 'data';

export interface AnalyzeFlags {
  readonly evidence?: EvidenceKind;
  readonly inputs?: string;
  readonly labels?: string;
  readonly samples: number;
  readonly seed: number;
  readonly dim: Readonly<Record<string, number>>;
  readonly imageSize?: ImageSettings['size'];
  readonly imageFit?: ImageSettings['fit'];
  readonly imageScale?: number;
  readonly imageMean?: number[];
  readonly imageStd?: number[];
  readonly imageColours?: ImageSettings['colours'];
  readonly imageLayout?: ImageSettings['layout'];
  readonly target: RunSettings['targets'];
  readonly activationSchemes: readonly string[];
  readonly exhaustive?: true;
  readonly together?: RunSettings['together'];
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

const { samples, seed: defaultSeed, memoryBudget, activationSchemes, targetSqnr } = defaultRunSettings;

/** What `analyze` takes. */
export function addAnalyzeFlags(command: Command): Command {
  const options = [
    new Option(
      '--evidence <kind>',
      'what the figures rest on: the weights alone (default), or a run of the model on generated or on your own inputs',
    ).choices(['weights', 'synthetic', 'data']),
    new Option('--inputs <path>', 'your inputs: a .npy, a .npz, or a folder of them or of images; implies --evidence data'),
    new Option('--labels <path>', 'class of every sample: .npy, .csv or .txt'),
    new Option('--samples <n>', 'samples to run at most').argParser(positive('samples')).default(samples),
    new Option('--seed <n>', 'seed of all that is random').argParser(seed).default(defaultSeed),
    new Option('--dim <name=size>', 'size of a dim that the model leaves open; as often as there are such dims')
      .argParser(dim)
      .default({}, 'chosen'),
    new Option('--image-size <height>x<width>', 'what images are brought to, where the model leaves it open').argParser(imageSize),
    new Option('--image-fit <how>', 'crop to the shape that is wanted, or stretch').choices(['crop', 'stretch']),
    new Option('--image-scale <factor>', 'what samples of 0…255 are multiplied with first, e.g. 1/255').argParser(real),
    new Option('--image-mean <list>', 'then subtracted, one for all channels or one each').argParser(reals),
    new Option('--image-std <list>', 'what it is divided by at last, one for all channels or one each').argParser(reals),
    new Option('--image-colours <order>', 'order of the colours').choices(['rgb', 'bgr']),
    new Option('--image-layout <layout>', 'where the channels lie').choices(['NCHW', 'NHWC']),
    new Option('--target <list>', 'what a run quantizes: weights, activations, both').argParser(targets).default(['weight'], 'weights'),
    new Option('--activation-schemes <list>', 'what inputs of layers are tried under')
      .argParser(schemes)
      .default(activationSchemes, activationSchemes.join()),
    new Option('--exhaustive', 'measure every layer under every scheme instead of predicting between'),
    new Option(
      '--together <schemes>',
      'also quantize all layers at once, e.g. with int4/channel/mse,uint8/tensor/minmax for weights and activations: the error as it adds up, and without each layer',
    ).argParser(together),
    new Option('--backend <build>', 'build of ONNX Runtime that runs the model; auto: native, or wasm where that does not load')
      .choices(['auto', 'native', 'wasm'])
      .default('auto'),
    new Option('--memory-budget <size>', 'what the float values kept between parts of the model may take, e.g. 512MiB')
      .argParser(bytes)
      .default(memoryBudget, '1GiB'),
    new Option(
      '--cache <folder>',
      'where a run keeps what it measured, so that one that was cut short goes on where it was; a folder of the user when left out',
    ),
    new Option('--no-cache', 'measure everything anew and keep nothing'),
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
  ];
  return options.reduce((at, option) => at.addOption(option), command);
}

/** What the figures are to rest on: as asked for, else what the other flags imply. Throws when they contradict each other. */
export function evidenceOf(flags: AnalyzeFlags): EvidenceKind {
  const { evidence, inputs, labels, together } = flags;
  const kind = evidence ?? (inputs === undefined ? 'weights' : 'data');
  if (kind === 'data' && inputs === undefined) throw new Error('--evidence data needs --inputs: name a .npy, .npz or a folder');
  if (kind !== 'data' && inputs !== undefined) throw new Error(`--inputs contradicts --evidence ${kind}: leave one of them out`);
  if (labels !== undefined && kind !== 'data') throw new Error('--labels needs --inputs: labels are those of your own samples');
  const image = Object.keys(imagesOf(flags))[0];
  if (image && kind !== 'data') throw new Error(`--image-${image} needs --inputs: a folder of images`);
  if (Object.keys(flags.dim).length > 0 && kind === 'weights')
    throw new Error('--dim needs a run of the model: add --inputs, or --evidence synthetic');
  if (together && kind === 'weights') throw new Error('--together needs a run of the model: add --inputs, or --evidence synthetic');
  return kind;
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

export const settingsOf = (flags: AnalyzeFlags): RunSettings => ({
  inputs: flags.inputs ?? null,
  labels: flags.labels ?? null,
  samples: flags.samples,
  seed: flags.seed,
  images: imagesOf(flags),
  dims: flags.dim,
  targets: flags.target,
  activationSchemes: flags.activationSchemes,
  exhaustive: flags.exhaustive ?? false,
  together: flags.together ?? null,
  backend: flags.backend,
  memoryBudget: flags.memoryBudget,
  targetSqnr: flags.targetSqnr,
});

const imagesOf = (flags: AnalyzeFlags): ImageSettings => ({
  ...(flags.imageSize ? { size: flags.imageSize } : {}),
  ...(flags.imageFit ? { fit: flags.imageFit } : {}),
  ...(flags.imageScale === undefined ? {} : { scale: flags.imageScale }),
  ...(flags.imageMean ? { mean: flags.imageMean } : {}),
  ...(flags.imageStd ? { std: flags.imageStd } : {}),
  ...(flags.imageColours ? { colours: flags.imageColours } : {}),
  ...(flags.imageLayout ? { layout: flags.imageLayout } : {}),
});

/** Where the run keeps its answers; null for nowhere. */
export const cacheFolderOf = ({ cache }: AnalyzeFlags): string | null => (cache === false ? null : (cache ?? userCacheFolder()));
