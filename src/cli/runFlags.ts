import path from 'node:path';
import { Option } from 'commander';
import type { RunOptions } from '../analysis/run.js';
import { startEngine } from '../engine/index.js';
import { defaultRunSettings, type ImageSettings, type RunSettings } from '../report/runSettings.js';
import { userCacheFolder } from './cacheFolder.js';
import { bytes, dim, imageSize, positive, real, reals, seed } from './parsers.js';

type EvidenceKind = 'weights' | 'synthetic' | 'data';

/** What figures rest on, and how the model is run for them: flags of every command that can run a model. */
export interface RunFlags {
  readonly evidence?: EvidenceKind;
  readonly inputs?: string;
  readonly labels?: string;
  readonly samples: number;
  readonly seed: number;
  readonly dim: Readonly<Record<string, number>>;
  readonly classes: string;
  readonly imageSize?: ImageSettings['size'];
  readonly imageFit?: ImageSettings['fit'];
  readonly imageScale?: number;
  readonly imageMean?: number[];
  readonly imageStd?: number[];
  readonly imageColours?: ImageSettings['colours'];
  readonly imageLayout?: ImageSettings['layout'];
  readonly exhaustive?: true;
  readonly backend: RunSettings['backend'];
  readonly memoryBudget: number;
  readonly cache?: string | false;
}

const { samples, seed: defaultSeed, memoryBudget, classes } = defaultRunSettings;

export const runFlags = (): Option[] => [
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
  new Option('--classes <output>', 'output whose last axis tells classes; auto: found by its shape; none: the model tells none').default(
    classes,
  ),
  new Option('--image-size <height>x<width>', 'what images are brought to, where the model leaves it open').argParser(imageSize),
  new Option('--image-fit <how>', 'crop to the shape that is wanted, or stretch').choices(['crop', 'stretch']),
  new Option('--image-scale <factor>', 'what samples of 0…255 are multiplied with first, e.g. 1/255').argParser(real),
  new Option('--image-mean <list>', 'then subtracted, one for all channels or one each').argParser(reals),
  new Option('--image-std <list>', 'what it is divided by at last, one for all channels or one each').argParser(reals),
  new Option('--image-colours <order>', 'order of the colours').choices(['rgb', 'bgr']),
  new Option('--image-layout <layout>', 'where the channels lie').choices(['NCHW', 'NHWC']),
  new Option('--exhaustive', 'measure every layer under every scheme instead of predicting between'),
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
];

/** What the figures are to rest on: as asked for, else what the other flags imply. Throws when they contradict each other. */
export function evidenceOf(flags: RunFlags): EvidenceKind {
  const { evidence, inputs, labels } = flags;
  const kind = evidence ?? (inputs === undefined ? 'weights' : 'data');
  if (kind === 'data' && inputs === undefined) throw new Error('--evidence data needs --inputs: name a .npy, .npz or a folder');
  if (kind !== 'data' && inputs !== undefined) throw new Error(`--inputs contradicts --evidence ${kind}: leave one of them out`);
  if (labels !== undefined && kind !== 'data') throw new Error('--labels needs --inputs: labels are those of your own samples');
  const image = Object.keys(imagesOf(flags))[0];
  if (image && kind !== 'data') throw new Error(`--image-${image} needs --inputs: a folder of images`);
  if (Object.keys(flags.dim).length > 0 && kind === 'weights')
    throw new Error('--dim needs a run of the model: add --inputs, or --evidence synthetic');
  return kind;
}

/** Where the run keeps its answers; null for nowhere. */
const cacheFolderOf = ({ cache }: RunFlags): string | null => (cache === false ? null : (cache ?? userCacheFolder()));

/** How to run the model in `file`; null when the figures are to rest on its weights alone. Throws as `evidenceOf` does. */
export function runOptions(file: string, flags: RunFlags, more: Partial<RunSettings> = {}): RunOptions | null {
  if (evidenceOf(flags) === 'weights') return null;
  const engine = path.join(__dirname, 'engine.js');
  return {
    settings: {
      ...defaultRunSettings,
      inputs: flags.inputs ?? null,
      labels: flags.labels ?? null,
      samples: flags.samples,
      seed: flags.seed,
      images: imagesOf(flags),
      dims: flags.dim,
      classes: flags.classes,
      exhaustive: flags.exhaustive ?? false,
      backend: flags.backend,
      memoryBudget: flags.memoryBudget,
      ...more,
    },
    place: { path: file },
    startEngine: () => startEngine(engine),
    cacheFolder: cacheFolderOf(flags),
  };
}

/** What to say when a run is cancelled. */
export function cancelled(run: RunOptions | null): string {
  const resumes = run !== null && run.cacheFolder !== null;
  return `cancelled; nothing was written${resumes ? ', and the same command goes on where it was' : ''}`;
}

const imagesOf = (flags: RunFlags): ImageSettings => ({
  ...(flags.imageSize ? { size: flags.imageSize } : {}),
  ...(flags.imageFit ? { fit: flags.imageFit } : {}),
  ...(flags.imageScale === undefined ? {} : { scale: flags.imageScale }),
  ...(flags.imageMean ? { mean: flags.imageMean } : {}),
  ...(flags.imageStd ? { std: flags.imageStd } : {}),
  ...(flags.imageColours ? { colours: flags.imageColours } : {}),
  ...(flags.imageLayout ? { layout: flags.imageLayout } : {}),
});
