import { HALF_EVEN, rounder } from './rounding.js';
import type { Quantizer, Random, Rounding } from './types.js';

/** x̂ = (q − zeroPoint)·scale, q an integer in [qmin, qmax]; `scale` is a float32, `zeroPoint` an integer. */
export interface Affine {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly qmin: number;
  readonly qmax: number;
}

export const smallestNormal = 2 ** -126;
export const largestFloat32 = 3.4028234663852886e38;

/**
 * A scale as float32: 1 where it is not a number or below the smallest normal number (as ONNX Runtime's tools do), and never so large that
 * `steps` times it is infinite.
 */
export function float32Scale(scale: number, steps = 1): number {
  if (!(scale >= smallestNormal)) return 1;
  const rounded = Math.fround(scale);
  return rounded * steps <= largestFloat32 ? rounded : Math.fround((largestFloat32 / steps) * (1 - 2 ** -23));
}

/** The largest magnitude of a clip range; 0 for a range that is not one. */
export function magnitude(lo: number, hi: number): number {
  const absmax = Math.max(Math.abs(lo), Math.abs(hi));
  return Number.isFinite(absmax) ? absmax : 0;
}

/** q = clamp(round(x/scale) + zeroPoint): division, rounding and multiplication are float32 operations. */
export function affineQuantizer(affine: Affine): Quantizer {
  const { scale, zeroPoint, qmin, qmax } = affine;
  const quantize = (x: Float32Array, out: Float32Array | Int32Array, rounding: Rounding, random?: Random): void => {
    if (rounding === 'nearest-even') {
      for (let i = 0; i < x.length; i++) {
        const v = Math.fround(x[i] / scale);
        // Beyond 2^51 the trick is off by a few units, but then the clamp decides.
        const q = v + HALF_EVEN - HALF_EVEN + zeroPoint;
        out[i] = q < qmin ? qmin : q > qmax ? qmax : q;
      }
    } else {
      const round = rounder(rounding, random);
      for (let i = 0; i < x.length; i++) {
        const q = round(Math.fround(x[i] / scale)) + zeroPoint;
        out[i] = q < qmin ? qmin : q > qmax ? qmax : q;
      }
    }
  };
  const dequantize = (codes: Int32Array | Float32Array, out: Float32Array): void => {
    for (let i = 0; i < codes.length; i++) out[i] = (codes[i] - zeroPoint) * scale;
  };
  return {
    parameters: { scale, zeroPoint },
    range: { lo: Math.fround((qmin - zeroPoint) * scale), hi: Math.fround((qmax - zeroPoint) * scale) },
    encode: (x, rounding, random) => {
      const codes = new Int32Array(x.length);
      quantize(x, codes, rounding, random);
      for (let i = 0; i < x.length; i++) if (Number.isNaN(x[i])) codes[i] = zeroPoint;
      return codes;
    },
    decode: (codes) => {
      const out = new Float32Array(codes.length);
      dequantize(codes, out);
      return out;
    },
    fakeQuantize: (x, out, rounding, random) => {
      quantize(x, out, rounding, random);
      dequantize(out, out);
    },
  };
}
