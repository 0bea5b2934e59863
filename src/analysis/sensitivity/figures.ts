import type { ActivationError } from '../../engine/index.js';
import type { LayerError } from '../../report/types.js';
import { sensitivityOf } from './effects.js';
import type { RunRecord } from './record.js';
import type { LayerFigures } from './types.js';
import { valueStats } from './valueStats.js';

/** What is known of a layer by now. */
export function figuresOf(record: RunRecord, index: number): LayerFigures {
  const facts = record.facts.get(index);
  const problem = record.started?.layers[index].problem ?? record.failures.get(index);
  const together = record.layerTogether.get(index);
  return {
    activationStats: facts ? { input: valueStats(facts.input), output: valueStats(facts.output) } : null,
    activationErrors: (facts?.activationErrors ?? [])
      .filter(({ scheme }) => record.schemes.activation.includes(scheme))
      .map(activationError),
    sensitivity: facts ? sensitivityOf(record, index) : [],
    findings: record.findings.get(index) ?? null,
    ...(together ? { together } : {}),
    ...(problem ? { problem } : {}),
  };
}

/** What is reported of it: the values that a format is fitted to are left out. */
function activationError(error: ActivationError): LayerError {
  const { scheme, bits, effectiveBits, sqnrDb, mse, maxError, cosine, clippedFraction, clip, clips } = error;
  const figures = { bits, effectiveBits, sqnrDb, mse, maxError, cosine, clippedFraction };
  return { scheme, target: 'activation', ...figures, clip, ...(clips ? { clips } : {}) };
}
