import type { TrialOutcome } from '../../engine/index.js';
import { percent, type Candidate } from './finding.js';

export const SHIFT_SCHEME = 'int4/tensor/minmax';

/**
 * Quantized weights that shift the means of the output channels.
 * @param gainDb what is gained by putting the means back
 * @param inputs what a plan needs to do so
 */
export function biasShift(gainDb: number, inputs: TrialOutcome['inputs']): Candidate {
  const share = 1 - 10 ** (-gainDb / 10);
  return {
    cause: 'bias-shift',
    target: 'weight',
    text: `Of the error that 4-bit weights make at the output, ${percent(share)} is a shift of the channels' means.`,
    numbers: { share },
    apply: {
      transform: 'correct-bias',
      scheme: SHIFT_SCHEME,
      ...(inputs && { means: inputs.means }),
      ...(inputs?.inside && { inside: inputs.inside }),
    },
  };
}
