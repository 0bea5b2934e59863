import { addToCurve, curveOf, newCurve } from '../core/clipping/curve.js';
import type { Run } from '../core/clipping/run.js';
import { effectiveClip, makeScheme, type Clipping, type Format, type Rounding, type Scheme } from '../core/formats/index.js';
import type { ClipStudy } from '../report/clipStudy.js';

const methods = ['minmax', 'percentile', 'mse', 'kl', 'aciq', 'octav'] as const;

/** A format under every clipping method, with one scale for all or, with `each`, one per channel. */
export const schemesByMethod = (format: Format, rounding: Rounding, each = false): readonly Scheme[] =>
  methods.map((method) => {
    const clipping: Clipping = method === 'percentile' ? { method, percentile: 99.999 } : { method };
    return makeScheme(format, { granularity: { kind: each ? 'channel' : 'tensor' }, clipping, rounding });
  });

/** The expected error of a run over its clip range, and whether both ends of a range are alike under the scheme's format. */
export function clipCurve(scheme: Scheme, run: Run): Pick<ClipStudy, 'symmetric' | 'curve'> {
  const [lo, hi] = effectiveClip(scheme.format, { lo: -1, hi: 0.5 });
  const sums = newCurve(scheme, 1, run.count);
  if (sums) addToCurve(sums, scheme, run, { lo: run.min, hi: run.max });
  const curve = sums && curveOf(sums, Math.max(-run.min, run.max));
  return {
    symmetric: lo === -hi,
    curve: {
      ratios: Float64Array.from(curve?.ratios ?? []),
      ends: Float64Array.from(curve?.clips ?? []),
      granular: Float64Array.from(curve?.granular ?? []),
      overload: Float64Array.from(curve?.overload ?? []),
    },
  };
}
