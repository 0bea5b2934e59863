/** SQNR by bit width: one line per family of schemes, and what the lines say. */
import type { Advice, LayerReport } from '../../../src/report/types.js';
import { decibels, formatDb, formatInterval } from '../text/format.js';
import { t } from '../text/l10n.js';
import type { Planned } from './planned.js';
import { bestAt, families, familyLabel, integerBits, rank, schemeParts, type Basis, type Family } from './schemes.js';

/** The fewest bits with which a family keeps the target; null when it never does. */
export const fewestBits = (family: Family, target: number): number | null =>
  family.errors.find(({ sqnrDb }) => rank(sqnrDb) >= target)?.bits ?? null;

/** Which family keeps the target first, and what the others need. */
export function curveReading(layer: LayerReport, target: number, basis: Basis = 'weights'): string {
  const all = families(layer, basis).map((family) => ({ label: family.label, bits: fewestBits(family, target) }));
  const db = formatDb(target).replace(/[.,]0$/, '');
  if (all.length === 0) return t('No integer format was measured for this layer.');
  const reaching = all.flatMap(({ label, bits }) => (bits === null ? [] : [{ label, bits }])).sort((a, b) => a.bits - b.bits);
  if (reaching.length === 0) return t('No line reaches the target of {0} dB.', db);
  const [first] = reaching;
  const last = reaching[reaching.length - 1];
  if (reaching.length < all.length) {
    const missing = all.filter(({ bits }) => bits === null);
    return missing.length === 1
      ? t('{0} dB takes {1} bits ({2}); {3} does not get there.', db, first.bits, first.label, missing[0].label)
      : t('{0} dB takes {1} bits ({2}); {3} lines do not get there.', db, first.bits, first.label, missing.length);
  }
  if (reaching.length === 1) return t('{0} dB takes {1} bits ({2}).', db, first.bits, first.label);
  if (first.bits === last.bits) return t('{0} dB takes {1} bits, whichever line.', db, first.bits);
  return t('{0} dB takes {1} bits ({2}) or {3} bits ({4}).', db, first.bits, first.label, last.bits, last.label);
}

/** The suggestion in words, with the reason: what it keeps, what one bit less would leave, and what a single scale would need. */
export function adviceSentence(layer: LayerReport, target: number): string {
  const { advice } = layer;
  if (!advice) return t('Nothing is suggested for this layer.');
  const db = formatDb(target).replace(/[.,]0$/, '');
  const parts = schemeParts(advice.scheme);
  const bits = integerBits(parts.format);
  if (advice.outputSqnrDb !== undefined) return outputsSentence(layer, advice, advice.outputSqnrDb, target);
  if (rank(advice.sqnrDb) < target || bits === null) {
    return t('No integer format tried keeps {0} dB; {1} comes closest with {2}.', db, advice.scheme, decibels(advice.sqnrDb));
  }
  const family = familyLabel(parts);
  const sentences = [
    advice.sqnrDb === null
      ? t('{0} bits ({1}) lose nothing.', bits, family)
      : t('{0} bits ({1}) keep {2}.', bits, family, decibels(advice.sqnrDb)),
  ];
  const fewer = bestAt(layer, bits - 1);
  if (fewer) sentences.push(t('{0} bits would leave {1}.', bits - 1, decibels(fewer.sqnrDb)));
  const plain = families(layer).find(({ errors }) => schemeParts(errors[0].scheme).granularity === 'tensor');
  if (plain && parts.granularity !== 'tensor') {
    const plainBits = fewestBits(plain, target);
    sentences.push(
      plainBits === null
        ? t('One scale for the whole tensor does not get there with {0}.', plain.errors[plain.errors.length - 1].bits)
        : plainBits === bits
          ? t('One scale for the whole tensor would do too.')
          : t('One scale for the whole tensor would need {0}.', plainBits),
    );
  }
  return sentences.join(' ');
}

/** The suggestion in words when it was chosen by its effect at the outputs. */
function outputsSentence(layer: LayerReport, { scheme, sqnrDb, how }: Advice, outputSqnrDb: number | null, target: number): string {
  const bits = integerBits(schemeParts(scheme).format);
  const family = familyLabel(schemeParts(scheme));
  const kept = decibels(outputSqnrDb);
  const sentence =
    bits === null || rank(outputSqnrDb) < target
      ? t(
          'No integer format tried keeps {0} dB at the outputs; {1} comes closest with {2}.',
          formatDb(target).replace(/[.,]0$/, ''),
          scheme,
          kept,
        )
      : outputSqnrDb === null
        ? t('{0} bits ({1}) change nothing at the outputs.', bits, family)
        : how === 'measured'
          ? t('{0} bits ({1}) keep {2} at the outputs, as measured.', bits, family, kept)
          : t('{0} bits ({1}) keep {2} at the outputs, as predicted.', bits, family, kept);
  const fewer = bits === null ? undefined : bestAt(layer, bits - 1, 'outputs');
  return [
    sentence,
    ...(fewer ? [t('{0} bits would leave {1}.', fewer.bits, decibels(fewer.sqnrDb))] : []),
    sqnrDb === null ? t('The weight itself loses nothing.') : t('The weight itself keeps {0}.', decibels(sqnrDb)),
  ].join(' ');
}

/** What is planned for a layer, in words; empty where that is the suggestion. @param layer with what is planned in the place of the suggestion */
export function planSentence({ advice }: LayerReport, { weight, activation, clip }: Planned, suggested: boolean): string {
  const sentences: string[] = [];
  if (!suggested && weight === null) sentences.push(t('Your plan leaves the weights as they are stored.'));
  if (!suggested && weight !== null) {
    sentences.push(
      clip ? t('Your plan: {0}, clipped to {1}.', weight, formatInterval(clip)) : t('Your plan: {0}.', weight),
      ...(advice?.outputSqnrDb === undefined
        ? []
        : [
            advice.how === 'predicted'
              ? t('{0} at the outputs, as predicted.', decibels(advice.outputSqnrDb))
              : t('{0} at the outputs, as measured.', decibels(advice.outputSqnrDb)),
          ]),
      ...(advice && !Number.isNaN(advice.sqnrDb)
        ? [advice.sqnrDb === null ? t('The weight itself loses nothing.') : t('The weight itself keeps {0}.', decibels(advice.sqnrDb))]
        : []),
    );
  }
  if (activation !== null) sentences.push(t('The plan takes its input as {0}.', activation));
  return sentences.join(' ');
}
