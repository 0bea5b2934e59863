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
  | 'maxError'
  | 'granular'
  | 'overload'
  | 'imbalance'
  | 'quartiles'
  | 'clipCurve'
  | 'effect'
  | 'outputBits'
  | 'localError'
  | 'divergence'
  | 'agreement'
  | 'causes'
  | 'inputRange'
  | 'synthetic'
  | 'data'
  | 'planBytes'
  | 'peakActivations'
  | 'bops'
  | 'energy'
  | 'roofline'
  | 'planSqnr'
  | 'accuracyDrop'
  | 'pareto'
  | 'accumulated'
  | 'leaveOneOut';

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
      return t(
        'The fewest integer bits b whose scheme keeps the target: min{b : SQNR(b) ≥ target}. A scheme is format / granularity / clipping method.',
      );
    case 'bits':
      return t('Best SQNR in dB of the integer schemes with this many bits: max 10·log10(Σx² / Σ(x − x̂)²) over the schemes.');
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
    case 'granular':
      return t(
        'Share of the squared error that comes from rounding values inside the clip range to the nearest code: Σ(x − x̂)² over lo ≤ x ≤ hi. About Δ²/12 a value for steps of Δ; a wider range makes it larger.',
      );
    case 'overload':
      return t(
        'Share of the squared error that comes from values outside the clip range, which become its ends: Σ(x − x̂)² over x < lo and x > hi. A narrower range makes it larger.',
      );
    case 'imbalance':
      return t(
        'How far the widest channel reaches beyond the narrowest: max|x| of the one / max|x| of the other, dead channels left out. With one scale for the tensor the narrow channels get few codes; a scale per channel helps.',
      );
    case 'quartiles':
      return t(
        'A quarter of the values lies below the box, half below its line, three quarters below its upper end. Thin bars reach from the smallest to the largest value.',
      );
    case 'clipCurve':
      return t(
        'Expected squared error in decibels of the signal, 10·log10(mean (x − x̂)² / mean x²), when both ends of the range are narrowed alike, one range for all values. Rounding falls and saturation rises as the range narrows; their sum has a minimum. Diamonds are the ranges that methods choose, by their larger end and their error.',
      );
    case 'effect':
      return t(
        'Signal-to-quantization-noise ratio at the model’s outputs when this layer’s weights alone are quantized as suggested and everything else stays in float: 10·log10(Σy² / Σ(y − ŷ)²). Higher is better. Figures with ≈ are predicted from schemes that were measured.',
      );
    case 'outputBits':
      return t(
        'Best SQNR in dB at the model’s outputs of the integer schemes with this many bits, when only this layer’s weights are quantized. Predicted figures are slanted.',
      );
    case 'localError':
      return t('Signal-to-quantization-noise ratio of the layer’s own output when only this layer is quantized, in dB.');
    case 'divergence':
      return t(
        'Mean Kullback–Leibler divergence of the class probabilities from those of the float model, in nats: Σ p·ln(p / q). 0 is no change.',
      );
    case 'agreement':
      return t('Share of the samples whose most likely class is that of the float model.');
    case 'causes':
      return t(
        'What makes this layer hard to quantize; the details say what to do about it and what that gains: SQNR with the remedy − SQNR without, in dB.',
      );
    case 'inputRange':
      return t('Smallest and largest value that the layer took in: [min x, max x] over all samples.');
    case 'synthetic':
      return t(
        'The model was run on random inputs in the shapes it asks for. They show how numbers flow through it; ranges of real data may differ, and with them the effects at the outputs.',
      );
    case 'data':
      return t('The model was run on your inputs. Ranges and effects at the outputs hold for data like these.');
    case 'planBytes':
      return t(
        'Bytes of the layers’ weights: codes, scales, zero points and codebooks together, shared weights once. An estimate of what a file holds.',
      );
    case 'peakActivations':
      return t(
        'Most bytes of values that are held at one moment: over the order of execution, the sum of elements × bits / 8 of everything that is still needed. An estimate.',
      );
    case 'bops':
      return t('Bit operations: multiply-accumulates × bits of the weight × bits of the input, summed over all layers. An estimate.');
    case 'energy':
      return t(
        'MACs × (multiply + add at their widths + operands from SRAM) + weights from DRAM once, with constants of a 45 nm process (Horowitz, ISSCC 2014) unless the settings say otherwise. An estimate.',
      );
    case 'roofline':
      return t(
        'Time of a layer = max(MACs / peak of the arithmetic, bytes moved / bandwidth); the longer one is its bound. Layers are added up. Peaks and bandwidth are the maker’s: an estimate from below.',
      );
    case 'planSqnr':
      return t(
        'Signal-to-quantization-noise ratio when all layers are quantized as planned: −10·log10 of the layers’ relative noises added up, which takes them as independent. Then the plan is run, and the measured value is told beside it.',
      );
    case 'accuracyDrop':
      return t('Accuracy of the float model less that of the quantized one, in percentage points. It needs labels.');
    case 'pareto':
      return t('Plans that no other one beats: each has the highest SQNR that was found for what it costs.');
    case 'accumulated':
      return t(
        'Signal-to-quantization-noise ratio at the layer’s own output when everything up to it is quantized: 10·log10(Σy² / Σ(y − ŷ)²). It falls where error piles up.',
      );
    case 'leaveOneOut':
      return t('How many dB the outputs gain when all layers are quantized but this one: what it costs among all the others.');
  }
}
