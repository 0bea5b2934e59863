import { parseScheme, payloadBits } from '../../core/formats/index.js';
import type { Finding } from '../../report/types.js';

/**
 * Gains below this are not worth a change, dB: a quarter of a bit. Other samples, or rounding by luck in a small weight, change figures by nearly as
 * much.
 */
export const LEAST_GAIN_DB = 1.5;

/** An exact result has no SQNR; this is that of float32. */
const EXACT_DB = 150;

export type Cause = Finding['cause'];

/** What may make a layer hard to quantize: it is a finding when its remedy turns out to gain something. */
export interface Candidate extends Pick<Finding, 'cause' | 'target' | 'text' | 'numbers'> {
  readonly apply: NonNullable<Finding['apply']>;
}

/** A candidate whose remedy swaps one scheme for another. */
export interface SchemeCandidate extends Candidate {
  readonly apply: Extract<Candidate['apply'], { readonly scheme: string; readonly instead: string }>;
}

/** dB from `before` to `after`; null when one is not known, or there was no error to begin with. */
export function gainOf(before: number | null | undefined, after: number | null | undefined): number | null {
  if (before === null || before === undefined || after === undefined) return null;
  return (after ?? Math.max(before, EXACT_DB)) - before;
}

/** The finding that a candidate is when its remedy gained so much; null when it gained next to nothing. */
export function settled(candidate: Candidate, gainDb: number | null, gainOf: NonNullable<Finding['gainOf']>): Finding | null {
  if (gainDb === null || gainDb < LEAST_GAIN_DB) return null;
  const { cause, target, text, numbers, apply } = candidate;
  return { cause, target, text, remedy: remedyOf(candidate, gainDb), gainDb, gainOf, numbers, apply };
}

/** Most gain first; what has none to measure last. */
export const byGain = (a: Finding, b: Finding): number => (b.gainDb ?? -Infinity) - (a.gainDb ?? -Infinity);

export const decibels = (value: number): string => `${value.toFixed(1)} dB`;

/** A ratio, to as many digits as it is worth. */
export const times = (value: number): string => `${value >= 100 ? Math.round(value) : value.toFixed(1)} times`;

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

const atBits = (scheme: string): string => `at ${payloadBits(parseScheme(scheme).format)} bits`;

/** What to do, and what it gains. */
function remedyOf({ cause, apply }: Candidate, gainDb: number): string {
  const gain = decibels(gainDb);
  if ('transform' in apply) {
    switch (apply.transform) {
      case 'equalize':
        return `Cross-layer equalization with ${apply.with} gains ${gain} at its output, both weights ${atBits(apply.scheme)} and with one scale.`;
      case 'correct-bias':
        return `Correcting the bias by the mean error gains ${gain} ${atBits(apply.scheme)}.`;
      case 'fit-bias':
        return `Wider weight scales for those channels gain ${gain} at 8 bits.`;
      case 'own-scales':
        return `A scale for each input gains ${gain} at the output of ${apply.node}, ${atBits(apply.scheme)}.`;
    }
  }
  const what: Partial<Record<Cause, string>> = {
    'channel-imbalance': 'A scale per channel',
    asymmetry: 'A zero point',
    'one-sided': 'An unsigned format',
  };
  return `${what[cause] ?? 'Clipping for the least squared error'} gains ${gain} ${atBits(apply.scheme)}.`;
}
