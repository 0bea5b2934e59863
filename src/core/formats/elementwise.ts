import type { Quantizer } from './types.js';

// Typed arrays' own `from` goes through an iterator: these loops are ten times faster.

export function encodeEach(x: Float32Array, code: (v: number) => number): Int32Array {
  const codes = new Int32Array(x.length);
  for (let i = 0; i < x.length; i++) codes[i] = code(x[i]);
  return codes;
}

export function decodeEach(codes: Int32Array, value: (code: number) => number): Float32Array {
  const out = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) out[i] = value(codes[i]);
  return out;
}

/** The functions of a quantizer that has one way to round: from a value to its code and back. `code` gets no NaN in `fakeQuantize`. */
export function elementwise(
  code: (v: number) => number,
  value: (code: number) => number,
): Pick<Quantizer, 'encode' | 'decode' | 'fakeQuantize'> {
  return {
    encode: (x) => encodeEach(x, code),
    decode: (codes) => decodeEach(codes, value),
    fakeQuantize: (x, out) => {
      for (let i = 0; i < x.length; i++) out[i] = Number.isNaN(x[i]) ? NaN : value(code(x[i]));
    },
  };
}
