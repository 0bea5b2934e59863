import { payloadBits, type Format } from '../formats/index.js';

/** What the codes of a quantized tensor tell about storage. */
export interface CodeStatistics {
  /** Share of the format's codes that occur, 0…1. */
  readonly used: number;
  /** Entropy of the codes in bits: what a lossless coder would still need for one. */
  readonly entropy: number;
}

const HALF = 1 << 16;

/** How often each of some integers occurred. Those of up to 16 bits have a table, which is worth its memory for many of them only; others a map. */
export interface Tally {
  readonly table: Float64Array | null;
  readonly others: Map<number, number>;
}

/** A tally for about `expected` integers. */
export const newTally = (expected: number): Tally => ({ table: expected > HALF ? new Float64Array(2 * HALF) : null, others: new Map() });

export function count({ table, others }: Tally, q: number): void {
  if (table && q >= -HALF && q < HALF) table[q + HALF]++;
  else others.set(q, (others.get(q) ?? 0) + 1);
}

/** The integers that occurred, ascending, with how often. */
export function counted({ table, others }: Tally): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [...others];
  if (table) for (let i = 0; i < table.length; i++) if (table[i] > 0) found.push([i - HALF, table[i]]);
  return found.sort((a, b) => a[0] - b[0]);
}

/** How many codes a format has. */
export function codeCount(format: Format): number {
  switch (format.kind) {
    case 'ternary':
      return 3;
    case 'codebook':
      return format.values;
    case 'direct':
      return 2 ** format.bits - 1;
    case 'integer':
      return 2 ** format.bits - (format.narrow && !format.match ? 1 : 0);
    case 'float':
      return 2 ** (1 + format.exponent + format.mantissa);
    default:
      return 2 ** payloadBits(format);
  }
}

/** Statistics of the codes of a format that has `available` of them. All 0 for no codes. */
export function codeStatistics(codes: Tally, available: number): CodeStatistics {
  const counts = counted(codes).map(([, n]) => n);
  const total = counts.reduce((a, b) => a + b, 0);
  const entropy = counts.reduce((sum, n) => sum - (n / total) * Math.log2(n / total), 0);
  return { used: counts.length / available, entropy: Math.max(0, entropy) };
}
