/** What one pass over a tensor tells. NaN and infinities are counted and left out of everything else. */
export interface Statistics {
  /** Finite elements. */
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
  /** Null when `std` is 0. */
  readonly skewness: number | null;
  /** Excess kurtosis (0 for a Gaussian); null when `std` is 0. */
  readonly kurtosis: number | null;
  readonly zeros: number;
  readonly nan: number;
  readonly inf: number;
}
