/**
 * Prediction of a layer's effect at the outputs from the error of its own output, and the choice of what to measure for it.
 *
 * Small noise goes through a network linearly: output SQNR = local SQNR + gain, the gain being the layer's own. How far measured gains of one layer
 * spread depends on the direction the errors of each scheme happen to take, which no local error tells; so their mean predicts best. Where the local
 * error is nearly as large as the signal, the layer is about to tell nothing, and outputs get worse faster than its local SQNR says.
 */

/** One measured scheme: error of the layer's own output and of the model's, both SQNR in dB. */
export interface Point {
  readonly localDb: number;
  readonly outputDb: number;
}

/** Below this local SQNR outputs lose more than a dB for each dB, and so much more: fitted to the sample models. */
const BEND_DB = 12;
const BEND = 0.6;

const bend = (localDb: number): number => -BEND * Math.max(0, BEND_DB - localDb);

/** The output SQNR for a local one. @param points at least one */
export function predict(points: readonly Point[], localDb: number): number {
  const gains = points.map((point) => point.outputDb - point.localDb - bend(point.localDb));
  return localDb + bend(localDb) + gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
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

/** A scheme that tells more when the one that would be chosen is measured already. */
export const farScheme = (localDb: readonly (number | null)[], measured: readonly number[]): number | undefined =>
  nearest(localDb, FAR_DB, measured);

/** A scheme to check predictions with: nobody's choice, so that its error is that of any prediction. */
export const checkScheme = (localDb: readonly (number | null)[], measured: readonly number[]): number | undefined =>
  nearest(localDb, (FIRST_DB + FAR_DB) / 2, measured);
