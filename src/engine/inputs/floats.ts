import { float16Values } from '../../model/smallFloats.js';

/**
 * Codes of a binary float with `mantissa` stored bits whose smallest normal is 2^`lowest`: round to nearest, ties to even, beyond the largest
 * to infinity, NaN to the quiet NaN. `topCode` is infinity's. Exact for every double, without a detour over float32.
 */
function encoder(mantissa: number, lowest: number, topCode: number): (x: number) => number {
  return (x) => {
    const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
    const magnitude = Math.abs(x);
    if (Number.isNaN(x)) return topCode | (1 << (mantissa - 1));
    if (magnitude === Infinity) return sign | topCode;
    const exponent = Math.max(lowest, exponentOf(magnitude));
    const steps = roundHalfEven(magnitude / 2 ** (exponent - mantissa));
    // a carry out of the mantissa runs into the exponent, as it should
    return sign | Math.min(topCode, (exponent - lowest) * 2 ** mantissa + steps);
  };
}

/** ⌊log₂ x⌋, exactly; −Infinity for zero. */
function exponentOf(x: number): number {
  const guess = Math.floor(Math.log2(x));
  if (2 ** guess > x) return guess - 1;
  return 2 ** (guess + 1) <= x ? guess + 1 : guess;
}

export function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest !== 0.5) return rest > 0.5 ? down + 1 : down;
  return down % 2 === 0 ? down : down + 1;
}

export const encodeFloat16 = encoder(10, -14, 0x7c00);
export const encodeBfloat16 = encoder(7, -126, 0x7f80);

export const decodeFloat16 = (code: number): number => float16Values()[code];

const word = new Uint32Array(1);
const wordAsFloat = new Float32Array(word.buffer);
export function decodeBfloat16(code: number): number {
  word[0] = code << 16;
  return wordAsFloat[0];
}
