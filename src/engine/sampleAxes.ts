import type { RunTensor, RunTensors } from './backend/types.js';
import type { Prepared } from './replay/prepare.js';
import { around } from './activations/axis.js';

/**
 * The axis along which a value of `samples` samples holds one after the other; NONE when it does not grow with the samples, null when it cannot be told.
 */
export type SampleAxes = (name: string, shape: readonly number[], samples: number) => number | null;

export const NONE = -1;

/** Told by what values were in the probe. @param probeSamples samples in it */
export function sampleAxes({ seen }: Prepared, probe: RunTensors, probeSamples: number): SampleAxes {
  return (name, shape, samples) => {
    const before = (seen.get(name) ?? probe.get(name))?.shape;
    if (before?.length !== shape.length) return null;
    const different = shape.flatMap((dim, axis) => (dim === before[axis] ? [] : [axis]));
    if (different.length === 0) return NONE;
    const [axis] = different;
    return different.length === 1 && before[axis] * samples === shape[axis] * probeSamples ? axis : null;
  };
}

/** Elements `from` to `to` of a tensor along an axis; a view of it where they lie together. */
export function sliceAlong(tensor: RunTensor, axis: number, from: number, to: number): RunTensor {
  const { shape, data } = tensor;
  if (from === 0 && to === shape[axis]) return tensor;
  const { outer, channels, inner } = around(shape, axis);
  const [whole, part] = [channels * inner, (to - from) * inner];
  const some = outer === 1 ? data.subarray(from * inner, to * inner) : data.slice(0, outer * part);
  if (outer > 1)
    for (let o = 0; o < outer; o++) some.set(data.subarray(o * whole + from * inner, o * whole + from * inner + part) as never, o * part);
  return { ...tensor, shape: shape.map((dim, i) => (i === axis ? to - from : dim)), data: some };
}
