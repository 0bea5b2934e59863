/** Causes of error in words a user knows. */
import type { Finding, LayerReport } from '../../../src/report/types.js';
import { formatDb } from '../text/format.js';
import { t } from '../text/l10n.js';
import { foundText, remedyText } from './findingText.js';

export type Cause = Finding['cause'];

/** What a gain is of. */
export const gainTitle = ({ gainOf }: Finding): string =>
  gainOf === 'weight' ? t('What the remedy gains for the weight itself') : t('What the remedy gains at the output');

/** A word or two for a cell. */
export function causeWord(cause: Cause): string {
  switch (cause) {
    case 'outliers':
      return t('outliers');
    case 'heavy-tails':
      return t('heavy tails');
    case 'channel-imbalance':
      return t('imbalance');
    case 'layer-imbalance':
      return t('uneven layers');
    case 'dead-channels':
      return t('dead channels');
    case 'asymmetry':
      return t('asymmetric');
    case 'one-sided':
      return t('one-sided');
    case 'bias-shift':
      return t('bias shift');
    case 'bias-overflow':
      return t('bias overflow');
    case 'range-mismatch':
      return t('range mismatch');
  }
}

export const targetWord = (target: Finding['target']): string => (target === 'weight' ? t('weights') : t('input'));

/** What the remedy gains; null when there is nothing to apply. */
export const gainText = ({ gainDb }: Finding): string | null => (gainDb === null ? null : t('+{0} dB', formatDb(gainDb)));

/** Each cause once, the one whose remedy gains most first. */
export const causesOf = ({ findings = [] }: LayerReport): readonly Cause[] => [...new Set(findings.map(({ cause }) => cause))];

/** What was found and what to do, a line each. */
export const findingsTitle = ({ findings = [] }: LayerReport): string =>
  findings
    .map((finding) =>
      t('{0} ({1}): {2} {3}', causeWord(finding.cause), targetWord(finding.target), foundText(finding), remedyText(finding)),
    )
    .join('\n');
