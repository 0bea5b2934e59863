/** Size of the original over the size of the quantized network, at whatever accuracy each has. */
export const compressionRatio = (originalBits: number, quantizedBits: number): number => originalBits / quantizedBits;

/** A float network of a family: its weights in bits and the accuracy it reaches. */
export interface FloatNetwork {
  readonly bits: number;
  readonly accuracy: number;
}

/**
 * Effective compression ratio (Sung, Shin, Hwang 2015): bits of the float network that reaches the same accuracy, over the bits of the
 * quantized one. Between two networks of the curve the size is interpolated in log(bits) against accuracy; networks that a smaller one beats
 * are left out.
 *
 * Throws RangeError when there is no curve of at least two networks, and when `accuracy` lies outside it: the plain ratio of sizes is
 * `compressionRatio` and never an effective one.
 */
export function effectiveCompressionRatio(curve: readonly FloatNetwork[], quantized: FloatNetwork): number {
  const usable = curve.filter(({ bits, accuracy }) => bits > 0 && Number.isFinite(bits) && Number.isFinite(accuracy));
  const rising: FloatNetwork[] = [];
  for (const network of [...usable].sort((a, b) => a.bits - b.bits || b.accuracy - a.accuracy)) {
    const last = rising.at(-1);
    if (!last || network.accuracy > last.accuracy) rising.push(network);
  }
  if (rising.length < 2) {
    throw new RangeError(
      'an effective compression ratio needs a curve of float networks: at least two sizes, the larger one more accurate',
    );
  }
  const { accuracy } = quantized;
  const above = rising.findIndex((network) => network.accuracy >= accuracy);
  if (above < 0 || accuracy < rising[0].accuracy) {
    throw new RangeError(
      `accuracy ${accuracy} lies outside the float networks’ ${rising[0].accuracy}…${rising[rising.length - 1].accuracy}; add a network that reaches it`,
    );
  }
  const high = rising[above];
  const low = rising[Math.max(0, above - 1)];
  const part = high === low ? 0 : (accuracy - low.accuracy) / (high.accuracy - low.accuracy);
  return Math.exp(Math.log(low.bits) + part * (Math.log(high.bits) - Math.log(low.bits))) / quantized.bits;
}
