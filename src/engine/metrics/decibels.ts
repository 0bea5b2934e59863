/** SQNR in dB; null where it is infinite or there is no signal. */
export const decibels = (signal: number, noise: number): number | null =>
  signal > 0 && noise > 0 ? 10 * Math.log10(signal / noise) : null;
