import type { Layer } from '../../model/types.js';
import { findCauses } from '../causes.js';
import { sensitivityOf } from './effects.js';
import type { RunRecord } from './record.js';
import type { LayerFigures } from './types.js';
import { valueStats } from './valueStats.js';

/** What is known of a layer by now. */
export function figuresOf(record: RunRecord, index: number, layer: Layer): LayerFigures {
  const facts = record.facts.get(index);
  const problem = record.started?.layers[index].problem ?? record.failures.get(index);
  const together = record.layerTogether.get(index);
  return {
    activationStats: facts ? { input: valueStats(facts.input), output: valueStats(facts.output) } : null,
    activationErrors: (facts?.activationErrors ?? [])
      .filter(({ scheme }) => record.schemes.activation.includes(scheme))
      .map((error) => ({ ...error, target: 'activation' })),
    sensitivity: facts ? sensitivityOf(record, index) : [],
    findings: facts ? findCauses(facts, layer) : [],
    ...(together ? { together } : {}),
    ...(problem ? { problem } : {}),
  };
}
