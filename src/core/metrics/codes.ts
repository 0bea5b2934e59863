import type { Format } from '../formats/index.js';
import { payloadBits } from '../formats/index.js';

/** What the codes of a quantized tensor tell about storage. */
export interface CodeStatistics {
  /** Share of the format's codes that occur, 0…1. */
  readonly used: number;
  /** Entropy of the codes in bits: what a lossless coder would still need for one. */
  readonly entropy: number;
}

const HALF = 1 << 16;

/** How often each code occurred. Codes of up to 16 bits have a table, wider ones a map. */
export interface CodeCounts {
  readonly table: Float64Array;
  readonly wide: Map<number, number>;
}

export const newCodeCounts = (): CodeCounts => ({ table: new Float64Array(2 * HALF), wide: new Map() });

export function countCodes({ table, wide }: CodeCounts, codes: Int32Array): void {
  for (const q of codes) {
    if (q >= -HALF && q < HALF) table[q + HALF]++;
    else wide.set(q, (wide.get(q) ?? 0) + 1);
  }
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

/** Statistics of codes of a format with `available` codes. All 0 for no codes. */
export function codeStatistics({ table, wide }: CodeCounts, available: number): CodeStatistics {
  let total = 0;
  let used = 0;
  const each = (visit: (n: number) => void): void => {
    for (const n of table) if (n > 0) visit(n);
    for (const n of wide.values()) visit(n);
  };
  each((n) => {
    total += n;
    used++;
  });
  let entropy = 0;
  each((n) => (entropy -= (n / total) * Math.log2(n / total)));
  return { used: used / available, entropy: Math.max(0, entropy) };
}
