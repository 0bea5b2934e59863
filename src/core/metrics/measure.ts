import { codec, isScaledFloat, floatScale, scaleOf, type ClipRange, type Quantizer, type Scheme } from '../formats/index.js';
import type { FloatGrid, IntegerGrid } from '../kernels/grids.js';
import { kernels } from '../kernels/load.js';
import { writeAffine, writeFloat } from '../kernels/parameters.js';
import { addErrorSums, errorSumsOf, type ErrorSums } from '../kernels/twins.js';
import type { Workspace } from '../kernels/workspace.js';

/** A scheme's format fitted to one run, in the shape that the measurement of its errors takes. */
export type Fitted =
  | { readonly kind: 'affine'; readonly grid: IntegerGrid }
  | { readonly kind: 'float'; readonly grid: FloatGrid }
  | { readonly kind: 'any'; readonly quantizer: Quantizer; readonly lo: number; readonly hi: number };

/** How a scheme's errors are measured: by a kernel, or by the format's own code. */
export function measuredBy(scheme: Scheme): Fitted['kind'] {
  const { format, rounding } = scheme;
  if (rounding !== 'nearest-even') return 'any';
  if (scaleOf(format, { lo: -1, hi: 1 })) return 'affine';
  return format.kind === 'float' && format.overflow === 'saturate' && format.mantissa < 20 ? 'float' : 'any';
}

/** Fits a scheme to a run with the chosen clip range. `values` are the run's, for formats that look at them. */
export function fit(scheme: Scheme, kind: Fitted['kind'], clip: ClipRange, values: Float32Array): Fitted {
  const { format } = scheme;
  if (kind === 'affine') {
    const affine = scaleOf(format, clip)!;
    const symmetric = format.kind === 'integer' && format.symmetric;
    const hi = symmetric ? Math.max(-clip.lo, clip.hi) : Math.max(0, clip.hi);
    return { kind, grid: { ...affine, lo: symmetric ? -hi : Math.min(0, clip.lo), hi } };
  }
  if (kind === 'float' && format.kind === 'float') {
    const hi = isScaledFloat(format) ? Math.max(-clip.lo, clip.hi) : format.max;
    return { kind, grid: { format, scale: floatScale(format, clip.lo, clip.hi), lo: -hi, hi } };
  }
  const { needs, fit: fitTo } = codec(format);
  const quantizer = fitTo(needs === 'values' ? values : new Float32Array(0), clip);
  const { lo, hi } = needs === 'clip' ? clip : quantizer.range;
  return { kind: 'any', quantizer, lo, hi };
}

/** The clip range of a fitted format. */
export const clipOf = (fitted: Fitted): ClipRange => (fitted.kind === 'any' ? fitted : fitted.grid);

/** Adds the errors of `fitted.length` adjoining runs of `n` elements at address `x`, all fitted in the same way, to `sums`. */
export function measure(space: Workspace, scheme: Scheme, fitted: readonly Fitted[], x: number, n: number, sums: ErrorSums): void {
  const { kind } = fitted[0];
  if (kind === 'any') {
    measureAny(space, scheme, fitted, x, n, sums);
    return;
  }
  for (let i = 0; i < fitted.length; i++) {
    const f = fitted[i];
    if (f.kind === 'affine') writeAffine(space.parameterFloats, i, f.grid);
    else if (f.kind === 'float') writeFloat(space.parameterFloats, space.parameterIntegers, i, f.grid);
  }
  const { affineErrors, floatErrors } = kernels();
  space.sums.fill(0);
  (kind === 'affine' ? affineErrors : floatErrors)(x, n, fitted.length, space.parameters, space.out);
  const [squares, products, sum, absolutes, max, outside] = space.sums;
  addErrorSums(sums, { squares, products, sum, absolutes, max, outside });
}

let scratch = new Float32Array(0);

function measureAny(space: Workspace, scheme: Scheme, fitted: readonly Fitted[], x: number, n: number, sums: ErrorSums): void {
  if (scratch.length < n) scratch = new Float32Array(n);
  const out = scratch.subarray(0, n);
  for (let i = 0; i < fitted.length; i++) {
    const f = fitted[i];
    const values = space.floats.subarray(x / 4 + i * n, x / 4 + (i + 1) * n);
    if (f.kind !== 'any') continue;
    f.quantizer.fakeQuantize(values, out, scheme.rounding);
    addErrorSums(sums, errorSumsOf(values, out, f.lo, f.hi));
  }
}
