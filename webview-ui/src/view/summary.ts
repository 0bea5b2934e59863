/** What the whole report says in one sentence, and what it would save. */
import { keptDb } from '../../../src/report/advice.js';
import type { LayerReport, Report } from '../../../src/report/types.js';
import { formatCount, formatDb } from '../text/format.js';
import { t } from '../text/l10n.js';
import { nameInText } from '../text/names.js';
import { advisedError, rank } from './schemes.js';

/** Bits one element takes in the file, for the storage types whose name says so. */
export const storageBits = (dataType: string): number => Number(/^(?:b?float|u?int|complex)(\d+)/.exec(dataType)?.[1] ?? 8);

export interface Sizes {
  /** Bytes of the layers' weights as they are stored. */
  readonly now: number;
  /** Bytes with every suggestion taken, scales included. Weights without a suggestion count as they are. */
  readonly suggested: number;
}

/** A weight that several layers share counts once. */
export function sizes(layers: readonly LayerReport[]): Sizes {
  const seen = new Set<string>();
  let now = 0;
  let suggested = 0;
  for (const layer of layers) {
    if (seen.has(layer.weight)) continue;
    seen.add(layer.weight);
    const stored = storageBits(layer.dataType);
    now += layer.parameters * stored;
    suggested += layer.parameters * (advisedError(layer)?.effectiveBits ?? stored);
  }
  return { now: now / 8, suggested: suggested / 8 };
}

interface Suggested {
  readonly layer: LayerReport;
  readonly bits: number;
}

/**
 * The width to split the layers at: the fewest bits that are enough for three quarters of them, or, when that is enough for all, the widest
 * suggestion but one.
 */
function pivot(sorted: readonly Suggested[]): number {
  const most = sorted[sorted.length - 1].bits;
  const quarters = sorted[Math.ceil(sorted.length * 0.75) - 1].bits;
  return quarters < most ? quarters : Math.max(...sorted.map(({ bits }) => bits).filter((bits) => bits < most));
}

/** One sentence: how many layers keep the target with how few bits, and which ones do not. */
export function summarize(report: Report, target: number): string {
  const advised = report.layers.flatMap((layer) => (layer.advice ? [{ layer, bits: layer.advice.bits }] : []));
  const decibels = formatDb(target).replace(/[.,]0$/, '');
  const atOutputs = advised.some(({ layer }) => layer.advice!.outputSqnrDb !== undefined);
  const goal = atOutputs ? t('{0} dB at the outputs', decibels) : t('{0} dB', decibels);
  if (advised.length === 0) return t('None of the {0} layers could be analyzed.', formatCount(report.layers.length));
  const kept = advised.filter(({ layer }) => rank(keptDb(layer.advice!)) >= target).sort((a, b) => a.bits - b.bits);
  const missed = advised.length - kept.length;
  if (kept.length === 0) return t('No layer keeps {0} with the integer formats tried.', goal);

  const total = formatCount(advised.length);
  const fewest = kept[0].bits;
  const most = kept[kept.length - 1].bits;
  let sentence: string;
  if (kept.length === 1 && advised.length === 1) sentence = t('The only layer keeps {0} with {1} bits.', goal, most);
  else if (fewest === most && missed === 0) sentence = t('All {0} layers keep {1} with {2} bits.', total, goal, most);
  else if (fewest === most) sentence = t('{0} of {1} layers keep {2} with {3} bits.', formatCount(kept.length), total, goal, most);
  else {
    const split = pivot(kept);
    const within = kept.filter(({ bits }) => bits <= split);
    const beyond = kept.length - within.length;
    const values = [formatCount(within.length), total, goal, split] as const;
    const worst = nameInText(kept[kept.length - 1].layer.name);
    sentence =
      beyond === 1
        ? t('{0} of {1} layers keep {2} with {3} bits or fewer; {4} needs {5}.', ...values, worst, most)
        : t('{0} of {1} layers keep {2} with {3} bits or fewer; {4} more need up to {5}.', ...values, formatCount(beyond), most);
  }
  const rest: string[] = [];
  if (missed > 0) rest.push(missed === 1 ? t('1 layer does not reach it.') : t('{0} layers do not reach it.', formatCount(missed)));
  const failed = report.layers.length - advised.length;
  if (failed > 0)
    rest.push(failed === 1 ? t('1 layer could not be analyzed.') : t('{0} layers could not be analyzed.', formatCount(failed)));
  return [sentence, ...rest].join(' ');
}

/** How many layers are done, the ones that could not be read included. */
export const finished = (layers: readonly LayerReport[]): number =>
  layers.filter(({ weightStats, problem }) => weightStats !== null || problem !== undefined).length;
