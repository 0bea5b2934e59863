/**
 * Scales and zero points as the Python tools of ONNX Runtime compute them (`onnxruntime.quantization`, `compute_scale_zp`). They differ from
 * this product's own in three ways: codes may use the type's full range, 4-bit symmetric has no narrow range (so its scale is
 * absmax/7.5 and +absmax clips), and FP8 scales follow the standard deviation.
 */
import { largestFloat32, smallestNormal, type Affine } from './affine.js';
import { floatValue, namedFloat } from './float.js';
import { roundHalfEven } from './rounding.js';
import type { ClipRange, Format, Match, Scheme } from './types.js';

interface OnnxRuntimeInteger {
  /** 4, 8 or 16. */
  readonly bits: number;
  readonly signed: boolean;
  readonly symmetric: boolean;
  /** `reduce_range`: one bit less, for CPUs whose 8-bit products overflow. */
  readonly reduceRange?: boolean;
}

/** The codes that the scale is spread over: full, symmetric or reduced range. */
function onnxRuntimeRange({ bits, signed, symmetric, reduceRange }: OnnxRuntimeInteger): readonly [number, number] {
  const half = 2 ** (bits - 1);
  if (reduceRange) return signed ? [-half / 2, half / 2 - (bits === 4 ? 1 : 0)] : [0, half - 1];
  if (symmetric && bits !== 4) return signed ? [1 - half, half - 1] : [0, 2 * half - 2];
  return signed ? [-half, half - 1] : [0, 2 * half - 1];
}

/** Scale and zero point of a range of float32 ends. The codes saturate at the type's full range. */
export function onnxRuntimeAffine(type: OnnxRuntimeInteger, clip: ClipRange): Affine {
  const [from, to] = onnxRuntimeRange(type);
  const half = 2 ** (type.bits - 1);
  const full = type.signed ? { qmin: -half, qmax: half - 1 } : { qmin: 0, qmax: 2 * half - 1 };
  let rmin = Math.fround(Math.min(clip.lo, 0));
  let rmax = Math.fround(Math.max(clip.hi, 0));
  if (type.symmetric) {
    rmax = Math.max(-rmin, rmax);
    rmin = -rmax;
  }
  // numpy subtracts float32 from float32 before it widens.
  const scale = Math.fround(rmax - rmin) / (to - from);
  if (!(scale >= smallestNormal) || scale > largestFloat32) return { scale: 1, zeroPoint: 0, ...full };
  const zeroPoint = roundHalfEven(type.symmetric ? (from + to) / 2 : from - rmin / scale) + 0;
  return { scale: Math.fround(scale), zeroPoint, ...full };
}

/** Standard deviation of the finite E4M3FN values, one for each code. */
const spread = ((): number => {
  const e4m3 = namedFloat('fp8e4m3fn');
  const values = Array.from({ length: 256 }, (_, code) => floatValue(e4m3, code)).filter(Number.isFinite);
  return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
})();

/** The FP8 (E4M3FN) scale: std(x) over the standard deviation of all finite codes, so that ±448 means ±4.5 or so standard deviations. */
export function onnxRuntimeFloat8Scale(std: number): number {
  const scale = Math.fround(std / spread);
  return scale > 0 && Number.isFinite(scale) ? scale : 1;
}

/** Whether the tools of ONNX Runtime quantize to a format with scales of their own rules: integers of 4, 8 and 16 bits and FP8 (E4M3FN). */
const isTheirs = (format: Format): boolean =>
  format.kind === 'integer' ? [4, 8, 16].includes(format.bits) : format.kind === 'float' && format.name === 'fp8e4m3fn';

/** Formats that are casts or sets of their own are the same in every tool; only those that are scaled can differ. */
const isScaled = ({ kind }: Format): boolean => kind === 'integer' || kind === 'direct' || kind === 'fixed';

/**
 * A scheme with the scales and zero points of another tool; itself where that tool has no such format. Symmetric 4-bit integers use all 16 codes. FP8
 * scales follow the standard deviation, whatever the clipping method.
 */
export function matching(scheme: Scheme, match: Match): Scheme {
  const { format } = scheme;
  if (!isTheirs(format)) return scheme;
  if (format.kind === 'integer') return { ...scheme, format: { ...format, match, narrow: format.narrow && format.bits !== 4 } };
  // Not `minmax`, of which it is known that nothing lies outside.
  return format.kind === 'float'
    ? { ...scheme, format: { ...format, match }, clipping: { method: 'fixed', lo: -format.max, hi: format.max } }
    : scheme;
}

/** What is a trap in that tool's own treatment of a scheme, one sentence each. */
export function onnxRuntimeTraps({ format, clipping }: Scheme): string[] {
  const traps: string[] = [];
  if (format.kind === 'integer' && format.bits === 4 && format.signed && format.symmetric) {
    traps.push('Symmetric int4 spreads max|x| over 7.5 steps, so the largest positive value clips.');
  }
  if (format.kind === 'integer' && format.bits === 8 && !format.signed && format.symmetric) {
    traps.push('Symmetric uint8 has zero point 127 in recent versions of its tools and 128 in older ones.');
  }
  if (format.kind === 'float' && format.name.startsWith('fp8')) {
    traps.push(
      'FP8 scales follow the standard deviation, so values beyond 4.5 of it saturate; some versions take 73.9 for 100.06 and scale 35 % too wide.',
    );
  }
  if (clipping.method === 'kl') traps.push('The entropy calibrator’s default of 128 bins never clips: ask for 2048.');
  if (isScaled(format) && !isTheirs(format)) traps.push('Its tools have no such format: scales are those of this product.');
  return traps;
}
