/**
 * Expected mean squared error of a scheme's format over clips, for a plot: entry i belongs to the clip range that is `ratios[i]` of the group's own, from its smallest to its
 * largest value. With scales of channels or blocks every group's own range is narrowed alike and the squared errors of the groups add up.
 */
export interface ErrorCurve {
  /** Ascending to 1. */
  readonly ratios: readonly number[];
  /** With one scale for the tensor: the larger end of the clip range in real units. */
  readonly clips?: readonly number[];
  /** Rounding of the values inside. */
  readonly granular: readonly number[];
  /** Saturation of the values outside. */
  readonly overload: readonly number[];
  /** Elements it is told from: all, or those of evenly spaced channels or blocks when there are many. */
  readonly elements: number;
}
