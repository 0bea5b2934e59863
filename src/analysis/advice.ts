import { parseScheme, type Scheme } from '../core/formats/index.js';
import type { Advice, LayerError, LayerReport, Sensitivity } from '../report/types.js';
import { fewestBits, oneBitLess, type Candidate } from './fewestBits.js';

const decibels = (value: number | null): string => (value === null ? 'no error at all' : `${value.toFixed(1)} dB`);

const granularity = (scheme: Scheme): string =>
  ({ tensor: 'one scale for the tensor', channel: 'a scale per channel', block: 'a scale per block' })[scheme.granularity.kind];

/** A scheme of a weight, its error, and what it keeps of what counts. */
interface Option extends Candidate {
  readonly scheme: Scheme;
  readonly error: LayerError;
}

const option = (scheme: Scheme, error: LayerError, sqnrDb: number | null): Option => ({
  scheme,
  error,
  sqnrDb,
  bits: error.bits,
  integer: scheme.format.kind === 'integer',
});

const advice = ({ scheme, error }: Option, reason: string): Advice => ({
  scheme: scheme.text,
  bits: error.bits,
  clip: error.clip,
  sqnrDb: error.sqnrDb,
  causes: [],
  reason,
});

/**
 * The fewest integer bits whose scheme keeps `target` dB of the weight, from the weights alone; of several schemes with as many bits, the one with the
 * least error. When no integer scheme keeps it, the best scheme of all, and the reason says so.
 *
 * @param schemes the schemes of `errors`, in the same order
 * @returns null when there are no errors to choose from
 */
export function adviseFromWeights(errors: readonly LayerError[], schemes: readonly Scheme[], target: number): Advice | null {
  const options = errors.map((error, i) => option(schemes[i], error, error.sqnrDb));
  const choice = fewestBits(options, target);
  if (!choice) return null;
  const chosen = options[choice.index];
  if (!choice.keeps)
    return advice(
      chosen,
      `No integer scheme tried keeps ${target} dB of the weight; ${chosen.scheme.text} comes closest with ${decibels(chosen.sqnrDb)}.`,
    );
  const parts = [`${chosen.scheme.text} keeps ${decibels(chosen.sqnrDb)} of the weight with ${granularity(chosen.scheme)}`];
  const less = oneBitLess(options, choice.index);
  if (less !== undefined) parts.push(`${options[less].bits} bits would leave ${decibels(options[less].sqnrDb)}`);
  const ofTensor = options.filter(({ scheme }) => scheme.granularity.kind === 'tensor');
  const plain = fewestBits(ofTensor, target);
  if (chosen.scheme.granularity.kind !== 'tensor' && plain?.keeps)
    parts.push(`one scale for the tensor needs ${ofTensor[plain.index].bits} bits`);
  return advice(chosen, `${parts.join('; ')}.`);
}

const atOutputs = ({ outputSqnrDb, how }: Sensitivity): string =>
  outputSqnrDb === null ? `no error at the outputs (${how})` : `${decibels(outputSqnrDb)} at the outputs (${how})`;

/**
 * The fewest integer bits of a layer's weight whose isolated effect keeps `target` dB at the model's outputs; of several schemes with as many bits,
 * the one with the least effect. When no integer scheme keeps it, the best scheme of all. The reason says whether effects were measured or predicted.
 * Where nothing is known of the outputs, the layer's advice from the weights stays.
 */
export function adviseFromOutputs({ errors, sensitivity, advice: before }: LayerReport, target: number): Advice | null {
  const known = errors.flatMap((error) => {
    if (error.target !== 'weight') return [];
    const effect = sensitivity.find((found) => found.target === 'weight' && found.scheme === error.scheme);
    return effect ? [{ ...option(parseScheme(error.scheme), error, effect.outputSqnrDb), effect }] : [];
  });
  const choice = fewestBits(known, target);
  if (!choice) return before;
  const chosen = known[choice.index];
  const { outputSqnrDb, how } = chosen.effect;
  const less = oneBitLess(known, choice.index);
  const parts = choice.keeps
    ? [
        `${chosen.scheme.text} keeps ${atOutputs(chosen.effect)} with ${granularity(chosen.scheme)}`,
        ...(less === undefined ? [] : [`${known[less].bits} bits would leave ${decibels(known[less].sqnrDb)} (${known[less].effect.how})`]),
      ]
    : [`No integer scheme tried keeps ${target} dB at the outputs; ${chosen.scheme.text} comes closest with ${atOutputs(chosen.effect)}`];
  parts.push(`the weight itself keeps ${decibels(chosen.error.sqnrDb)}`);
  return { ...advice(chosen, `${parts.join('; ')}.`), outputSqnrDb, how };
}
