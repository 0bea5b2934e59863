import { chooseClip } from '../core/clipping/choose.js';
import { overloadAbove, overloadBelow } from '../core/clipping/distribution.js';
import { errorAt } from '../core/clipping/curve.js';
import type { Run } from '../core/clipping/run.js';
import { parseScheme, type ClipRange, type Scheme } from '../core/formats/index.js';
import { sqnrDb } from '../core/metrics/tensorError.js';
import type { ClipError, ClipStudy, MethodClip } from '../report/clipStudy.js';
import type { ValueClip, ValueStats } from '../report/types.js';
import { clipCurve, schemesByMethod } from './clipCurve.js';
import { expectedError, takesClip, withClip } from './expectedError.js';
import { valueRun, type ValueRun } from './valueRun.js';

/** `error` with the figure that the run itself gave for this range, its parts in proportion. */
function asRun(error: ClipError, sqnrDb: number | null, power: number): ClipError {
  const mse = sqnrDb === null ? 0 : power / 10 ** (sqnrDb / 10);
  const share = error.mse > 0 ? mse / error.mse : 0;
  const part = (of: number | null): number | null => of && of * share;
  return { ...error, sqnrDb, mse, granularMse: part(error.granularMse), overloadMse: part(error.overloadMse) };
}

/**
 * The error that a value of the graph is expected to have under a scheme at a clip range, from what a run saw of it: its own figure where a method chose the range. Where
 * that is not in this thread any more it is told by the report's histogram. Throws as `expectedError` and `parseScheme` do.
 */
export function valueError(stats: ValueStats, text: string, clip: ClipRange): ClipError {
  const { run, power } = valueRun(stats);
  const scheme = parseScheme(text);
  const error = withTails(expectedError(withClip(scheme, clip), clip, run, power), run, power);
  const [lo, hi] = [Math.min(0, clip.lo), Math.max(0, clip.hi)];
  const own = ownClips(stats, scheme).find((one) => one.lo === lo && one.hi === hi);
  return own ? asRun(error, own.sqnrDb, power) : error;
}

/** `error` of values that are told by some of them, with the few that lie outside the range told by all. */
function withTails(error: ClipError, run: Run, power: number): ClipError {
  if (error.granularMse === null || !run.discrete()) return error;
  const { lo, hi } = error.clip;
  const above = hi >= run.max ? 0 : overloadAbove(run.signed(), hi);
  const below = lo <= run.min ? 0 : overloadBelow(run.signed(), lo);
  const overloadMse = (above + below) / Math.max(1, run.count);
  const mse = error.granularMse + overloadMse;
  return { ...error, overloadMse, mse, sqnrDb: sqnrDb(power, mse) };
}

const formatOf = (scheme: string): string => scheme.split('/')[0];

/** What the run itself chose under the format of a scheme. */
const ownClips = ({ clips = [] }: ValueStats, { text }: Scheme): readonly ValueClip[] =>
  clips.filter(({ scheme }) => formatOf(scheme) === formatOf(text));

/** The range that every method chooses. None reaches beyond what the value may be, and all hold zero. */
function methodsOf(scheme: Scheme, stats: ValueStats, { run, power }: ValueRun): readonly MethodClip[] {
  const known = ownClips(stats, scheme);
  if (known.length > 0) return known.map(({ method, lo, hi, sqnrDb }) => ({ method, lo, hi, sqnrDb }));
  return schemesByMethod(scheme.format, scheme.rounding).map((one) => {
    const chosen = chooseClip(one, run);
    const lo = Math.min(0, Math.max(stats.bounds?.lo ?? -Infinity, chosen.lo));
    const hi = Math.max(0, Math.min(stats.bounds?.hi ?? Infinity, chosen.hi));
    const error = errorAt(one, run, lo, hi);
    return { method: one.clipping.method, lo, hi, sqnrDb: error && sqnrDb(power, error.granular + error.overload) };
  });
}

/** What clip ranges do to a value under the format of a scheme; null for formats that have none, and for values of which nothing was seen. */
export function valueClips(stats: ValueStats, text: string): ClipStudy | null {
  const scheme = parseScheme(text);
  if (!takesClip(scheme.format) || stats.count === 0) return null;
  const seen = valueRun(stats);
  const [plain] = schemesByMethod(scheme.format, scheme.rounding);
  return { ...clipCurve(plain, seen.run), power: seen.power, methods: methodsOf(scheme, stats, seen) };
}
