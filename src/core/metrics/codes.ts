/** What the codes of a quantized tensor tell about storage. */
export interface CodeStatistics {
  /** Share of the format's codes that occur, 0…1. */
  readonly used: number;
  /** Entropy of the codes in bits: what a lossless coder would still need for one. */
  readonly entropy: number;
  /** Share of the codes that stand for zero. */
  readonly sparsity: number;
}

/** Statistics of `codes` of a format with `available` codes, of which `zero` stands for zero. All 0 for no codes. */
export function codeStatistics(codes: Int32Array, available: number, zero: number): CodeStatistics {
  const counts = new Map<number, number>();
  for (const q of codes) counts.set(q, (counts.get(q) ?? 0) + 1);
  let entropy = 0;
  for (const n of counts.values()) entropy -= (n / codes.length) * Math.log2(n / codes.length);
  return {
    used: counts.size / available,
    entropy: Math.max(0, entropy),
    sparsity: codes.length === 0 ? 0 : (counts.get(zero) ?? 0) / codes.length,
  };
}
