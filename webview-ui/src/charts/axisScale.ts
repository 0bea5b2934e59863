/** Between values and pixels of a chart's horizontal axis. */

export interface AxisScale {
  /** CSS pixels. */
  readonly left: number;
  readonly right: number;
  /** What is at them. */
  readonly min: number;
  readonly max: number;
}

export const toPixel = ({ left, right, min, max }: AxisScale, value: number): number =>
  left + ((value - min) / (max - min)) * (right - left);

/** The same, for values that may be out of sight: at the edge then. */
export const toVisiblePixel = (scale: AxisScale, value: number): number =>
  Math.min(scale.right, Math.max(scale.left, toPixel(scale, value)));

export const toValue = ({ left, right, min, max }: AxisScale, pixel: number): number =>
  right > left ? min + ((pixel - left) / (right - left)) * (max - min) : min;
