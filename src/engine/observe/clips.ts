import { chooseClip } from '../../core/clipping/choose.js';
import { errorAt } from '../../core/clipping/curve.js';
import type { Run } from '../../core/clipping/run.js';
import { parseScheme, type Scheme } from '../../core/formats/index.js';
import { decibels } from '../metrics/decibels.js';
import type { ValueClip } from '../process/protocol.js';
import type { ValueRange } from './kinds.js';

/** Every method, for the unsigned formats that runtimes give activations: their grids need not be symmetric. */
const schemes: readonly Scheme[] = ['uint8', 'uint4'].flatMap((format) =>
  ['minmax', 'percentile', 'mse', 'kl', 'aciq', 'octav'].map((method) => parseScheme(`${format}/tensor/${method}`)),
);

/**
 * The clip ranges that all methods choose for an activation, told by its histogram. None reaches beyond what the value may be, and all hold zero, as grids
 * with a zero point do. The errors are expected ones: those of values that are spread evenly within each bucket of the histogram.
 * @param energy mean square of the values
 */
export function valueClips(run: Run, energy: number, { lo: least, hi: most }: ValueRange): readonly ValueClip[] {
  if (run.count === 0) return [];
  return schemes.map((scheme): ValueClip => {
    const chosen = chooseClip(scheme, run);
    const lo = Math.min(0, Math.max(least, chosen.lo));
    const hi = Math.max(0, Math.min(most, chosen.hi));
    const error = errorAt(scheme, run, lo, hi);
    return {
      scheme: scheme.text,
      method: scheme.clipping.method,
      lo,
      hi,
      sqnrDb: error && decibels(energy, error.granular + error.overload),
    };
  });
}
