/** What is said of the running of a model: how far it is, what it found, what went wrong. */
import type { Report } from '../../../src/report/types.js';
import type { RunStage } from '../../../src/report/update.js';
import { formatCount, formatDb, formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';
import { displayName } from '../text/names.js';
import { measured, type RunKnown } from './run.js';

/** What the badge says: what the figures rest on, and on how many samples; as long as not all is known, of how many of the model's `layers`. */
export function evidenceLabel(run: RunKnown, layers: number): string {
  const { view, head } = run;
  const part = [formatCount(measured(run)), formatCount(layers)] as const;
  const samples = head && head.run?.problem === undefined ? head.samples : null;
  switch (view.evidence) {
    case 'weights':
      return t('weights alone');
    case 'synthetic':
      if (samples === null) return t('synthetic inputs, in part: {0} of {1} layers', ...part);
      return samples === 1 ? t('1 synthetic input') : t('{0} synthetic inputs', formatCount(samples));
    case 'data':
      if (samples === null) return t('your inputs, in part: {0} of {1} layers', ...part);
      return samples === 1 ? t('1 of your inputs') : t('{0} of your inputs', formatCount(samples));
  }
}

export function stageWords(stage: RunStage | null): string {
  switch (stage) {
    case null:
      return t('Starting');
    case 'load':
      return t('Loading the inputs');
    case 'float':
      return t('Running in float');
    case 'observe':
      return t('Watching activations');
    case 'effects':
      return t('Measuring effects');
    case 'causes':
      return t('Trying remedies');
    case 'together':
      return t('Quantizing all layers');
  }
}

/** Seconds that are left, in steps that do not flicker. */
export function remaining(seconds: number): string {
  if (seconds < 5) return t('a few seconds left');
  if (seconds < 60) return t('about {0} s left', Math.ceil(seconds / 5) * 5);
  return t('about {0} min left', Math.ceil(seconds / 60));
}

export interface ProgressWords {
  readonly stage: string;
  /** Whole; null while it is not known. */
  readonly percent: number | null;
  /** Everything in one line. */
  readonly line: string;
}

export function progressWords({ view: { progress } }: RunKnown): ProgressWords {
  const stage = stageWords(progress?.stage ?? null);
  if (!progress || progress.total <= 0) return { stage, percent: null, line: t('{0}…', stage) };
  const { done, total, remainingSeconds } = progress;
  const percent = Math.floor((100 * Math.min(done, total)) / total);
  const known = t('{0}: {1} %', stage, percent);
  return { stage, percent, line: remainingSeconds === null ? known : t('{0}, {1}', known, remaining(remainingSeconds)) };
}

/** How far a run came that was cancelled. */
export const cancelledLine = (run: RunKnown, layers: number): string =>
  t('Cancelled: {0} of {1} layers measured', formatCount(measured(run)), formatCount(layers));

/** What the run says of the model as a whole, a sentence each. */
export function runSentences({ run }: Report): readonly string[] {
  const sentences: string[] = [];
  if (run?.accuracy) {
    const { correct, samples, interval } = run.accuracy;
    sentences.push(
      t(
        'In float the model is right on {0} of {1} samples: {2} (95 % interval {3} to {4}).',
        formatCount(correct),
        formatCount(samples),
        formatShare(correct / samples),
        formatShare(interval[0]),
        formatShare(interval[1]),
      ),
    );
  }
  if (run?.prediction) sentences.push(t('Figures with ≈ are predicted, to about {0} dB.', formatDb(run.prediction.rmsDb)));
  if (run?.backend === 'onnxruntime-web') sentences.push(t('The model ran in WebAssembly, which is slower than the native runtime.'));
  return sentences;
}

/** What a button runs the model on. */
export const chosenLabel = (inputs: string | null): string => (inputs === null ? t('synthetic inputs') : displayName(inputs, 40));
