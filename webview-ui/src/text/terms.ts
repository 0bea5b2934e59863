/** What a term means, with its formula: shown on hover and focus. */
import { t } from './l10n.js';

export type Term =
  | 'sqnr'
  | 'clip'
  | 'suggested'
  | 'bits'
  | 'macs'
  | 'parameters'
  | 'kurtosis'
  | 'std'
  | 'clipped'
  | 'effectiveBits'
  | 'evidence'
  | 'channelAxis'
  | 'maxError';

export function explain(term: Term): string {
  switch (term) {
    case 'sqnr':
      return t(
        'Signal-to-quantization-noise ratio of the weights: 10·log10(Σx² / Σ(x − x̂)²) in decibels, where x̂ is x after quantization. Higher is better; one bit is worth about 6 dB. It is the error of this layer’s weights alone, not the effect at the model’s outputs.',
      );
    case 'clip':
      return t(
        'Values outside the clip range [lo, hi] saturate at its ends. A narrower range makes the steps between codes finer and cuts off more of the tails. With a scale per channel it is the widest range of all channels.',
      );
    case 'suggested':
      return t('The fewest integer bits whose scheme keeps the target SQNR. A scheme is format / granularity / clipping method.');
    case 'bits':
      return t('Best SQNR in dB of the integer schemes with this many bits.');
    case 'macs':
      return t('Multiply-accumulate operations for one sample, where the shapes can be inferred.');
    case 'parameters':
      return t('Elements of the weight tensor.');
    case 'kurtosis':
      return t(
        'Excess kurtosis: mean((x − mean)⁴) / std⁴ − 3. It is 0 for a Gaussian; large values mean heavy tails or outliers, which waste the range of a uniform quantizer.',
      );
    case 'std':
      return t('Standard deviation: √(mean((x − mean)²)).');
    case 'clipped':
      return t('Share of the weights that lie outside their clip range under the suggested scheme.');
    case 'effectiveBits':
      return t('Bits of codes, scales and zero points together, divided by the number of weights.');
    case 'evidence':
      return t(
        'These figures come from the weights alone: no inputs were run through the model. They show how well each weight tensor survives rounding, not what it costs at the outputs.',
      );
    case 'channelAxis':
      return t('Axis of the weight along which scales per channel run.');
    case 'maxError':
      return t('Largest |x − x̂| of a single weight under the suggested scheme.');
  }
}
