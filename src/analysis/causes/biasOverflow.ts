import type { LayerFacts } from '../../engine/index.js';
import type { Candidate } from './finding.js';

/** Biases that do not fit into int32 at the scale that weight and input imply. */
export function biasOverflow(bias: NonNullable<LayerFacts['bias']>): Candidate | null {
  const { bits, overflowing } = bias;
  if (overflowing === 0) return null;
  return {
    cause: 'bias-overflow',
    target: 'activation',
    text: `${overflowing === 1 ? '1 bias needs' : `${overflowing} biases need up to`} ${bits.toFixed(1)} bits at the scale that 8-bit weights and inputs imply; int32 has 32.`,
    numbers: { overflowing, bits },
    apply: { transform: 'fit-bias' },
  };
}
