/** What was found at a layer and what to do about it, in the page's language: made of the figures of the report, whose own text is English. */
import type { Finding, Remedy } from '../../../src/report/types.js';
import { formatCount, formatDb, formatReal, formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';
import { displayName, nameInText } from '../text/names.js';
import { integerBits, schemeParts } from './schemes.js';

const times = (value: number): string => formatReal(value >= 100 ? Math.round(value) : Number(value.toFixed(1)));

/** What was found. */
export function foundText({ cause, target, numbers: n, text, apply }: Finding): string {
  const ofWeight = target === 'weight';
  switch (cause) {
    case 'outliers':
      return ofWeight
        ? t('The largest weight reaches {0} times as far as 99.9 % of them.', times(n.ratio))
        : t('The largest input reaches {0} times as far as 99.9 % of them.', times(n.ratio));
    case 'heavy-tails':
      return ofWeight
        ? t('The weights have heavy tails: their excess kurtosis is {0}, where a Gaussian has 0.', formatReal(n.kurtosis))
        : t('The inputs have heavy tails: their excess kurtosis is {0}, where a Gaussian has 0.', formatReal(n.kurtosis));
    case 'channel-imbalance':
      return t(
        'The widest output channel reaches {0} times as far as the middle one: under one scale the middle one loses {1} bits.',
        times(n.ratio),
        formatDb(n.bits),
      );
    case 'layer-imbalance':
      return t(
        'Its output channels and the inputs of the next layer share their ranges unevenly: factors from {0} to {1} would even them out.',
        formatReal(n.smallest),
        formatReal(n.largest),
      );
    case 'dead-channels':
      return ofWeight
        ? t('{0} of {1} output channels are all but zero.', formatCount(n.dead), formatCount(n.channels))
        : t(
            '{0} of {1} input channels never change in {2} values each.',
            formatCount(n.dead),
            formatCount(n.channels),
            formatCount(n.values),
          );
    case 'asymmetry':
      return ofWeight
        ? t(
            'The weights go from {0} to {1}: a symmetric grid leaves {2} of its codes unused.',
            formatReal(n.min),
            formatReal(n.max),
            formatShare(n.unused),
          )
        : t(
            'The input goes from {0} to {1}: a symmetric grid leaves {2} of its codes unused.',
            formatReal(n.min),
            formatReal(n.max),
            formatShare(n.unused),
          );
    case 'one-sided':
      return n.min >= 0
        ? t('The input is never negative: a grid with both signs leaves half of its codes unused.')
        : t('The input is never positive: a grid with both signs leaves half of its codes unused.');
    case 'bias-shift':
      return t('Of the error that 4-bit weights make at the output, {0} is a shift of the channels’ means.', formatShare(n.share));
    case 'bias-overflow':
      return t(
        '{0} biases need up to {1} bits at the scale that 8-bit weights and inputs imply; int32 has 32.',
        formatCount(n.overflowing),
        formatDb(n.bits),
      );
    case 'range-mismatch':
      return apply && 'transform' in apply && apply.transform === 'own-scales'
        ? t(
            'Its output meets a value {0} times as wide at {1}: under one scale it loses {2} bits.',
            times(n.ratio),
            nameInText(apply.node),
            formatDb(n.bits),
          )
        : displayName(text, 400);
  }
}

const bitsOf = (scheme: string): number | string => integerBits(schemeParts(scheme).format) ?? scheme;

function applied(cause: Finding['cause'], apply: Remedy, gain: string): string {
  if ('transform' in apply) {
    switch (apply.transform) {
      case 'equalize':
        return t(
          'Equalizing it with {0} gains {1} dB there, both weights at {2} bits with one scale.',
          nameInText(apply.with),
          gain,
          bitsOf(apply.scheme),
        );
      case 'correct-bias':
        return t('Correcting the bias by the mean error gains {0} dB at {1} bits.', gain, bitsOf(apply.scheme));
      case 'fit-bias':
        return t('Wider weight scales for those channels gain {0} dB at 8 bits.', gain);
      case 'own-scales':
        return t('A scale for each input gains {0} dB at {1} bits.', gain, bitsOf(apply.scheme));
    }
  }
  const bits = bitsOf(apply.scheme);
  switch (cause) {
    case 'channel-imbalance':
      return t('A scale per channel gains {0} dB at {1} bits.', gain, bits);
    case 'asymmetry':
      return t('A zero point gains {0} dB at {1} bits.', gain, bits);
    case 'one-sided':
      return t('An unsigned format gains {0} dB at {1} bits.', gain, bits);
    default:
      return t('Clipping for the least squared error gains {0} dB at {1} bits.', gain, bits);
  }
}

/** What to do about it, and what that gains. */
export function remedyText({ cause, target, numbers: n, remedy, gainDb, apply }: Finding): string {
  if (apply && gainDb !== null) return applied(cause, apply, formatDb(gainDb));
  if (cause !== 'dead-channels') return displayName(remedy, 400);
  return target === 'weight'
    ? t('Removing them saves {0} of {1} weights.', formatCount(n.saved), formatCount(n.elements))
    : t('Removing them, with what they add put into the bias, saves {0} of {1} weights.', formatCount(n.saved), formatCount(n.elements));
}
