import { keptDb } from '../report/advice.js';
import type { Report } from '../report/types.js';

/** What is wrong with a report whose layers are all to keep `bar` dB under their suggested schemes, in one line; null when nothing is. */
export function gateFailure({ layers }: Report, bar: number): string | null {
  const failing = layers
    .flatMap(({ name, advice }) => {
      const kept = advice ? keptDb(advice) : null;
      return advice && kept !== null && kept < bar
        ? [{ name, kept, where: advice.outputSqnrDb === undefined ? 'of its weight' : 'at the outputs' }]
        : [];
    })
    .sort((a, b) => a.kept - b.kept);
  if (failing.length === 0) return null;
  const [{ name, kept, where }] = failing;
  return `gate: ${failing.length} of ${layers.length} layers stay below ${bar} dB; the lowest is ${name} with ${kept.toFixed(1)} dB ${where}`;
}
