/** Weights looked at in several threads at once: what goes to a thread and comes back. */
import type { Layer, Tensor } from '../model/types.js';
import { parseSchemes } from './schemes.js';
import { analyzeWeight, type WeightLook, type WeightOptions } from './weights.js';

/** A weight with its values, so that a thread needs no file. */
export interface WeightJob {
  readonly layer: Omit<Layer, 'weight'> & { readonly weight: Omit<Tensor, 'read'> };
  readonly values: Float32Array;
  readonly schemes: readonly string[];
  readonly targetSqnr: number;
  readonly options: WeightOptions;
}

/** Threads that look at weights. */
export interface Lanes {
  readonly count: number;
  /** Hands the job's values over. Rejects when the thread is gone, or the lanes were ended. */
  readonly look: (lane: number, job: WeightJob) => Promise<WeightLook>;
  readonly end: () => void;
}

export type StartLanes = () => Lanes;

/** Reads a weight for another thread. Rejects with the error of the read. */
export async function weightJob(layer: Layer, rest: Omit<WeightJob, 'layer' | 'values'>): Promise<WeightJob> {
  const { name, dataType, shape, elements, byteLength } = layer.weight;
  const values = await layer.weight.read(0, elements);
  // Of a buffer that is larger only this part is to go.
  const own = values.byteLength === values.buffer.byteLength ? values : values.slice();
  return { ...rest, layer: { ...layer, weight: { name, dataType, shape, elements, byteLength } }, values: own };
}

/** What a thread does with a job. */
export function lookAtJob({ layer, values, schemes, targetSqnr, options }: WeightJob, signal: AbortSignal): Promise<WeightLook> {
  const read: Tensor['read'] = (start, end, into) => {
    const part = values.subarray(start, end);
    into?.set(part);
    return Promise.resolve(into ?? part.slice());
  };
  return analyzeWeight({ ...layer, weight: { ...layer.weight, read } }, parseSchemes(schemes), targetSqnr, signal, options);
}
