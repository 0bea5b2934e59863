import { analyzeTensor } from '../../core/analyzeTensor.js';
import { codec, effectiveBits, payloadBits, type ClipRange, type Scheme } from '../../core/formats/index.js';
import type { RunTensor } from '../backend/types.js';
import { decibels } from '../metrics/decibels.js';
import type { ActivationError, ActivationRange } from '../process/protocol.js';
import { around, contractionAxis } from './axis.js';
import { activationQuantizer } from './quantizer.js';

/** A scheme for a layer's input, and its calibrated range. */
export interface Calibrated {
  readonly scheme: Scheme;
  readonly range: ActivationRange;
}

/** Errors of a layer's input itself. Values that are not finite are left out. */
export async function activationErrors(tensor: RunTensor, schemes: readonly Calibrated[], op: string): Promise<readonly ActivationError[]> {
  const { data } = tensor;
  if (!(data instanceof Float32Array)) return [];
  const oneRange = schemes.filter(({ scheme }) => scheme.granularity.kind === 'tensor' && codec(scheme.format).needs === 'clip');
  const known = new Map((await underOneRange(data, oneRange)).map((error, i) => [oneRange[i], error]));
  const found: ActivationError[] = [];
  for (const calibrated of schemes) found.push(known.get(calibrated) ?? (await errorOf(tensor, data, calibrated, op)));
  return found;
}

/** The kernels tell the errors of grids with one range. */
async function underOneRange(values: Float32Array, schemes: readonly Calibrated[]): Promise<readonly ActivationError[]> {
  if (schemes.length === 0) return [];
  const source = {
    shape: [values.length],
    channelAxis: null,
    elements: values.length,
    read: (start: number, end: number) => Promise.resolve(values.slice(start, end)),
  };
  const { errors } = await analyzeTensor(
    source,
    schemes.map(({ scheme, range: { clip } }) => ({ ...scheme, clipping: { method: 'fixed', ...clip } })),
  );
  return errors.map(({ mse, maxError, cosine, sqnrDb, clippedFraction, bits, effectiveBits: effective }, i) => ({
    scheme: schemes[i].scheme.text,
    ...schemes[i].range,
    mse,
    maxError,
    cosine,
    sqnrDb,
    clippedFraction,
    bits,
    effectiveBits: effective,
  }));
}

async function errorOf(tensor: RunTensor, x: Float32Array, { scheme, range }: Calibrated, op: string): Promise<ActivationError> {
  const { shape } = tensor;
  const z = (await activationQuantizer(scheme, range, op)(tensor)).data as Float32Array;
  const { channels, inner } = around(shape, contractionAxis(op, shape.length));
  const clips = range.clips?.map(([lo, hi]): ClipRange => ({ lo, hi }));
  let [count, signal, squares, products, quantized, largest, outside] = [0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const e = z[i] - x[i];
    if (!Number.isFinite(e)) continue;
    const { lo, hi } = clips ? clips[Math.floor(i / inner) % channels] : range.clip;
    count++;
    signal += x[i] * x[i];
    squares += e * e;
    products += x[i] * z[i];
    quantized += z[i] * z[i];
    largest = Math.max(largest, Math.abs(e));
    if (x[i] < lo || x[i] > hi) outside++;
  }
  return {
    scheme: scheme.text,
    ...range,
    mse: count > 0 ? squares / count : 0,
    maxError: largest,
    cosine: signal > 0 && quantized > 0 ? Math.min(1, products / Math.sqrt(signal * quantized)) : null,
    sqnrDb: decibels(signal, squares),
    clippedFraction: count > 0 ? outside / count : 0,
    bits: payloadBits(scheme.format),
    effectiveBits: effectiveBits(scheme, shape, shape.length === 0 ? null : contractionAxis(op, shape.length)),
  };
}
