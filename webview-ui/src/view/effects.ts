/** What quantizing a layer does to the model's outputs: which figure stands for the layer, and how it is written. */
import type { LayerReport, Sensitivity } from '../../../src/report/types.js';
import { formatDb, formatReal, formatShare } from '../text/format.js';
import { t } from '../text/l10n.js';

/** The effect of the weight alone under the suggested scheme; undefined where it is not known. */
export const effectOf = ({ advice, sensitivity }: LayerReport): Sensitivity | undefined =>
  advice === null ? undefined : sensitivity.find(({ scheme, target }) => target === 'weight' && scheme === advice.scheme);

/** Decibels, with a sign before those that are predicted. */
export const effectText = ({ outputSqnrDb, how }: Pick<Sensitivity, 'outputSqnrDb' | 'how'>): string =>
  how === 'predicted' ? `≈${formatDb(outputSqnrDb)}` : formatDb(outputSqnrDb);

/** The change of the accuracy, as percentage points of the quantized model less those of the float one. */
export function accuracyText({ accuracyDrop }: Pick<Sensitivity, 'accuracyDrop'>): string | null {
  if (accuracyDrop === null) return null;
  if (accuracyDrop === 0) return t('unchanged');
  const sign = accuracyDrop > 0 ? '−' : '+';
  return `${sign}${formatShare(Math.abs(accuracyDrop))}`;
}

/** Everything that is known of an effect, a line each. */
export function effectTitle(effect: Sensitivity): string {
  const { how, outputSqnrDb, outputs, kl, top1Agreement } = effect;
  const accuracy = accuracyText(effect);
  return [
    how === 'predicted'
      ? t('{0} dB at the outputs, predicted from other schemes that were measured', formatDb(outputSqnrDb))
      : t('{0} dB at the outputs, measured', formatDb(outputSqnrDb)),
    ...(outputs && outputs.length > 1 ? [t('of {0} outputs, the one that suffers most', outputs.length)] : []),
    ...(kl === null ? [] : [t('divergence from the float model: {0} nats', formatReal(kl))]),
    ...(top1Agreement === null ? [] : [t('{0} of the samples keep their class', formatShare(top1Agreement))]),
    ...(accuracy === null ? [] : [t('accuracy: {0}', accuracy)]),
  ].join('\n');
}

/** Effects in the order they are read: weights before inputs, few bits before many. */
export function effectsInOrder({ sensitivity, errors }: LayerReport): readonly Sensitivity[] {
  const order = ['weight', 'activation', 'both'];
  const bits = new Map(errors.map(({ scheme, target, bits }) => [`${target} ${scheme}`, bits]));
  const key = ({ scheme, target }: Sensitivity) => bits.get(`${target === 'both' ? 'weight' : target} ${scheme}`) ?? 0;
  return [...sensitivity].sort((a, b) => order.indexOf(a.target) - order.indexOf(b.target) || key(a) - key(b));
}

/** What the suggestion does to the classes that the model tells; empty where that is not known. */
export function classesSentence(layer: LayerReport): string {
  const effect = effectOf(layer);
  if (!effect) return '';
  const { top1Agreement } = effect;
  const accuracy = accuracyText(effect);
  return [
    ...(top1Agreement === null ? [] : [t('{0} of the samples keep their class.', formatShare(top1Agreement))]),
    ...(accuracy === null ? [] : [t('Accuracy: {0}.', accuracy)]),
  ].join(' ');
}
