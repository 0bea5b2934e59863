import type { Report } from '../../report/types.js';
import { formatCount, formatReal } from '../../report/units.js';

/** 12.5 dB, or `exact`. Nothing was measured: a dash. */
export const decibels = (value: number | null | undefined): string =>
  value === undefined ? '–' : value === null ? 'exact' : `${value.toFixed(1)} dB`;

/** 97.4 % */
export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? '–' : `${(100 * share).toFixed(1)} %`;

export const range = ({ lo, hi }: { readonly lo: number; readonly hi: number }): string => `[${formatReal(lo)}, ${formatReal(hi)}]`;

export const shapeText = (shape: readonly number[]): string => shape.join('×') || 'scalar';

export const countText = (count: number | null): string => (count === null ? '–' : formatCount(count));

/** What the figures of a report rest on, in a sentence. */
export function evidenceText({ evidence, samples, run }: Report): string {
  if (evidence === 'weights' || !run) return 'The figures rest on the weights alone: errors of the tensors themselves, nothing was run.';
  const inputs = evidence === 'synthetic' ? 'generated inputs, not yours' : 'your inputs';
  const accuracy = run.accuracy ? `; the float model is right on ${percent(run.accuracy.correct / run.accuracy.samples)} of them` : '';
  const predicted = run.prediction
    ? ` Figures at the outputs that were not measured are predicted, to about ${run.prediction.rmsDb.toFixed(1)} dB.`
    : '';
  return `The model was run on ${formatCount(samples)} samples of ${inputs} in ${run.backend}${accuracy}.${predicted}`;
}
