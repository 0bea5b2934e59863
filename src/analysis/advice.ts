import type { Scheme } from '../core/formats/types.js';
import type { Advice, LayerError } from '../report/types.js';

/** An error of zero has no SQNR in dB; it keeps every target. */
const sqnr = (error: LayerError): number => error.sqnrDb ?? Infinity;

const isInteger = (scheme: Scheme): boolean => scheme.format.kind === 'integer';

const decibels = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(1)} dB` : 'no error at all');

const granularity = (scheme: Scheme): string =>
  ({ tensor: 'one scale for the tensor', channel: 'a scale per channel', block: 'a scale per block' })[scheme.granularity.kind];

/**
 * The fewest integer bits whose scheme keeps `target` dB, from the weights alone; of several schemes with as many bits, the one with the least
 * error. When no integer scheme keeps it, the best scheme of all, and the reason says so.
 *
 * @param schemes the schemes of `errors`, in the same order
 * @returns null when there are no errors to choose from
 */
export function adviseFromWeights(errors: readonly LayerError[], schemes: readonly Scheme[], target: number): Advice | null {
  const measured = errors.map((error, i) => ({ error, scheme: schemes[i] }));
  if (measured.length === 0) return null;
  const advice = ({ error, scheme }: (typeof measured)[number], reason: string): Advice => ({
    scheme: scheme.text,
    bits: error.bits,
    clip: error.clip,
    sqnrDb: error.sqnrDb,
    causes: [],
    reason,
  });

  const integers = measured
    .filter(({ scheme }) => isInteger(scheme))
    .sort((a, b) => a.error.bits - b.error.bits || sqnr(b.error) - sqnr(a.error));
  const enough = integers.find(({ error }) => sqnr(error) >= target);
  if (!enough) {
    const best = measured.reduce((a, b) => (sqnr(b.error) > sqnr(a.error) ? b : a));
    return advice(
      best,
      `No integer scheme tried keeps ${target} dB; ${best.scheme.text} comes closest with ${decibels(sqnr(best.error))}.`,
    );
  }

  const parts = [`${enough.scheme.text} keeps ${decibels(sqnr(enough.error))} with ${granularity(enough.scheme)}`];
  const fewer = integers.filter(({ error }) => error.bits < enough.error.bits).at(-1);
  const narrower = fewer && integers.filter(({ error }) => error.bits === fewer.error.bits)[0];
  if (narrower) parts.push(`${narrower.error.bits} bits would leave ${decibels(sqnr(narrower.error))}`);
  const plain = integers.find(({ scheme, error }) => scheme.granularity.kind === 'tensor' && sqnr(error) >= target);
  if (enough.scheme.granularity.kind !== 'tensor' && plain) parts.push(`one scale for the tensor needs ${plain.error.bits} bits`);
  return advice(enough, `${parts.join('; ')}.`);
}
