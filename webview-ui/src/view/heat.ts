/** How a decibel figure is tinted against the target. The figure itself is always there too. */

/** `far`: more than 12 dB short. `below`: 6 to 12 dB. `near`: less than 6. `enough`: kept. `ample`: kept with 12 dB to spare. */
export type Heat = 'far' | 'below' | 'near' | 'enough' | 'ample';

/** One bit is worth 6.02 dB, so each step of tint is one or two bits away from the target. */
export function heatOf(sqnrDb: number | null, target: number): Heat {
  const margin = sqnrDb === null ? Infinity : sqnrDb - target;
  if (margin >= 12) return 'ample';
  if (margin >= 0) return 'enough';
  if (margin > -6) return 'near';
  return margin > -12 ? 'below' : 'far';
}
