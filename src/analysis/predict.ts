/** Prediction of a layer's effect at the outputs from the error of its own output. */

/** One measured scheme: error of the layer's own output and of the model's, both SQNR in dB. */
export interface Point {
  readonly localDb: number;
  readonly outputDb: number;
}

/**
 * The output SQNR for a local one. Between measured points the gain from noise power here to noise power there is interpolated in dB; beyond the
 * best one it stays, because small noise goes through a network linearly; below the worst one it goes on as it changed, between half and all of a
 * dB for each dB, because large noise saturates.
 * @param points at least one
 */
export function predict(points: readonly Point[], localDb: number): number {
  const sorted = [...points].sort((a, b) => a.localDb - b.localDb);
  const best = sorted[sorted.length - 1];
  if (localDb >= best.localDb) return best.outputDb + (localDb - best.localDb);
  const at = sorted.findIndex((point) => point.localDb > localDb);
  const slope = (a: Point, b: Point): number => (b.localDb > a.localDb ? (b.outputDb - a.outputDb) / (b.localDb - a.localDb) : 1);
  if (at > 0) return sorted[at - 1].outputDb + slope(sorted[at - 1], sorted[at]) * (localDb - sorted[at - 1].localDb);
  const steepness = sorted.length > 1 ? Math.min(1, Math.max(0.5, slope(sorted[0], sorted[1]))) : 1;
  return sorted[0].outputDb + steepness * (localDb - sorted[0].localDb);
}

/** SQNR of two independent errors together. */
export function together(aDb: number | null, bDb: number | null): number | null {
  if (aDb === null || bDb === null) return aDb ?? bDb;
  return -10 * Math.log10(10 ** (-aDb / 10) + 10 ** (-bDb / 10));
}

/** Local SQNRs at which layers are measured: one where networks start to suffer, one where noise is small. */
const LOW_DB = 12;
const HIGH_DB = 32;

/** The schemes to measure so that the others can be predicted: those next to a low and a high local SQNR. Indices into `localDb`; null is exact. */
export function schemesToMeasure(localDb: readonly (number | null)[]): readonly number[] {
  const known = localDb.flatMap((db, i) => (db === null ? [] : [i]));
  const nearest = (target: number, except?: number): number | undefined =>
    known
      .filter((i) => i !== except)
      .reduce<number | undefined>(
        (best, i) => (best === undefined || Math.abs(localDb[i]! - target) < Math.abs(localDb[best]! - target) ? i : best),
        undefined,
      );
  const low = nearest(LOW_DB);
  const high = nearest(HIGH_DB, low);
  // Where nothing changes here, that nothing changes at the outputs is still to be seen.
  if (low === undefined) return [...localDb.keys()].slice(0, 2);
  return high === undefined ? [low] : [low, high];
}

/** The scheme to check a prediction with: the one whose local SQNR is between the measured ones, or next to that. */
export function schemeToCheck(localDb: readonly (number | null)[], measured: readonly number[]): number | undefined {
  const middle = (LOW_DB + HIGH_DB) / 2;
  return localDb
    .flatMap((db, i) => (db === null || measured.includes(i) ? [] : [{ i, distance: Math.abs(db - middle) }]))
    .sort((a, b) => a.distance - b.distance)
    .at(0)?.i;
}
