/** Biases as runtimes keep them: int32 at the scale that the weight's and the input's imply, s_x·s_w, because they are added to sums of products of codes. */

/** Codes of an int32. */
const [LEAST, MOST] = [-(2 ** 31), 2 ** 31 - 1];

/** Bits that each bias takes at its implied scale, its sign among them. A channel whose scale is zero takes none. */
export function biasBits(bias: ArrayLike<number>, inputScale: number, weightScales: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: bias.length }, (_, c) => {
    const code = Math.abs(bias[c]) / (inputScale * weightScales[c]);
    return code > 0 && Number.isFinite(code) ? Math.max(1, Math.log2(code) + 1) : 0;
  });
}

/**
 * Biases rounded to int32 at their implied scale, and saturated where they leave it. Scales are the float32 that files keep, and codes become float32 before they are
 * multiplied, as DequantizeLinear does it: a last digit that differs tips values behind it to another code.
 */
export function int32Bias(bias: Float32Array, inputScale: number, weightScales: ArrayLike<number>): Float32Array {
  return bias.map((b, c) => {
    const scale = Math.fround(inputScale * Math.fround(weightScales[c]));
    return scale > 0 && Number.isFinite(scale) ? Math.fround(Math.min(MOST, Math.max(LEAST, Math.round(b / scale)))) * scale : b;
  });
}

/** Scales are written as float32, whose rounding must not push a code beyond the last one. */
const ROOM = 1 - 2 ** -20;

/**
 * Weight scales at which every bias fits into int32: those that do not suffice are made as large as they have to be, which costs nothing where it
 * happens, in channels whose weights are next to nothing beside the bias.
 */
export function fittingScales(bias: ArrayLike<number>, inputScale: number, weightScales: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: bias.length }, (_, c) => Math.max(weightScales[c], Math.abs(bias[c]) / (inputScale * MOST * ROOM)));
}
