/**
 * Prediction of a layer's effect at the outputs from the error of its own output, and the choice of what to measure for it.
 *
 * Small noise goes through a network linearly: output SQNR = local SQNR + gain, the gain being the layer's own. How far measured gains of one layer
 * spread depends on the direction the errors of each scheme happen to take, which no local error tells; so their mean predicts best, those of the
 * same granularity counting more, because they spread the error over the channels alike. Where the local error is nearly as large as the
 * signal, the layer is about to tell nothing, and outputs get worse faster than its local SQNR says.
 */

/** One measured scheme: error of the layer's own output and of the model's, both SQNR in dB. */
export interface Point {
  readonly localDb: number;
  readonly outputDb: number;
  /** `tensor`, `channel`, … */
  readonly granularity: string;
}

/** How much a point of another granularity counts. */
const OTHER = 0.25;

/** Below this local SQNR outputs lose more than a dB for each dB, and so much more: fitted to the sample models. */
const BEND_DB = 12;
const BEND = 0.6;

const bend = (localDb: number): number => -BEND * Math.max(0, BEND_DB - localDb);

/** The output SQNR for a local one under a scheme of some granularity. @param points at least one */
export function predict(points: readonly Point[], localDb: number, granularity: string): number {
  let [gains, weights] = [0, 0];
  for (const point of points) {
    const weight = point.granularity === granularity ? 1 : OTHER;
    gains += weight * (point.outputDb - point.localDb - bend(point.localDb));
    weights += weight;
  }
  return localDb + bend(localDb) + gains / weights;
}

/** SQNR of two independent errors together. */
export function together(aDb: number | null, bDb: number | null): number | null {
  if (aDb === null || bDb === null) return aDb ?? bDb;
  return -10 * Math.log10(10 ** (-aDb / 10) + 10 ** (-bDb / 10));
}

/** Local SQNR of what is measured first, in the middle of what may be chosen; and of what tells most beside what will be chosen. */
const FIRST_DB = 20;
const FAR_DB = 30;

/** The scheme whose local SQNR is nearest to a figure, but for some. An index; undefined when there is none whose error is not zero. */
function nearest(localDb: readonly (number | null)[], target: number, except: readonly number[]): number | undefined {
  return localDb
    .flatMap((db, i) => (db === null || except.includes(i) ? [] : [{ i, distance: Math.abs(db - target) }]))
    .sort((a, b) => a.distance - b.distance || a.i - b.i)
    .at(0)?.i;
}

/** The scheme to measure first; where all local errors are zero, that nothing changes at the outputs is still to be seen. */
export const firstScheme = (localDb: readonly (number | null)[]): number | undefined =>
  nearest(localDb, FIRST_DB, []) ?? [...localDb.keys()].at(0);

/**
 * A scheme that tells more when the one that would be chosen is measured already: of a granularity that was not measured, if there is one.
 * @param granularities of the schemes
 */
export function farScheme(
  localDb: readonly (number | null)[],
  granularities: readonly string[],
  measured: readonly number[],
): number | undefined {
  const seen = new Set(measured.map((i) => granularities[i]));
  const same = [...localDb.keys()].filter((i) => seen.has(granularities[i]));
  return nearest(localDb, FAR_DB, same) ?? nearest(localDb, FAR_DB, measured);
}

/** Fractions of the golden ratio's multiples fall evenly everywhere between 0 and 1, in step with nothing. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Some of many, from everywhere among them: what is predicted, to be measured as a check, so that the error found is that of any prediction. */
export const someOf = <T>(all: readonly T[], count: number): readonly T[] =>
  [...new Set(Array.from({ length: Math.min(count, all.length) }, (_, k) => Math.floor((((k + 1) * GOLDEN) % 1) * all.length)))].map(
    (i) => all[i],
  );
