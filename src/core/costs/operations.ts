/** Arithmetic as hardware counts it. All figures are estimates. */

/** What one number is made of: its bits, and whether it is an integer or a float. */
export interface Width {
  readonly bits: number;
  readonly kind: 'integer' | 'float';
}

export const float32: Width = { bits: 32, kind: 'float' };

/** Bit operations of `macs` multiply-accumulates: MACs · b_w · b_a. */
export const bitOperations = (macs: number, weight: Width, activation: Width): number => macs * weight.bits * activation.bits;

/**
 * Convolutions that a machine with 64-bit words saves with binary weights and inputs: S = 64·c·N_W / (c·N_W + 64), N_W = kernel elements
 * (Rastegari et al. 2016, XNOR-Net: c·N_W·N_I MACs in float against c·N_W·N_I/64 binary operations and N_I float ones).
 * Memory traffic is left out, so show `rooflineTime` beside it.
 *
 * @param channels input channels c
 * @param kernel elements of one filter plane, e.g. 9 for 3×3
 */
export function binarySpeedup(channels: number, kernel: number): number {
  const perOutput = channels * kernel;
  return (64 * perOutput) / (perOutput + 64);
}

/** What bounds a layer on a machine. */
export interface RooflineTime {
  /** Seconds. */
  readonly time: number;
  readonly bound: 'compute' | 'memory';
}

/**
 * time = max(MACs / peak, bytes / bandwidth) (Williams, Waterman, Patterson 2009).
 *
 * @param peak multiply-accumulates per second at the widths in question
 * @param bandwidth bytes per second
 */
export function rooflineTime(macs: number, bytes: number, peak: number, bandwidth: number): RooflineTime {
  const compute = macs / peak;
  const memory = bytes / bandwidth;
  return compute >= memory ? { time: compute, bound: 'compute' } : { time: memory, bound: 'memory' };
}
