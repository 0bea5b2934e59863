import { createHash } from 'node:crypto';
import { planRuns } from './runs.js';
import type { InputSet, InputTensor } from './types.js';

/** Numbers in an input that no layer can do anything sensible with. */
export interface NonFinite {
  readonly nan: number;
  readonly infinite: number;
}

/** Counts NaN and infinities; integers have none. */
export function countNonFinite({ dataType, data }: InputTensor): NonFinite {
  let [nan, infinite] = [0, 0];
  if (dataType === 'float16' || dataType === 'bfloat16') {
    const top = dataType === 'float16' ? 0x7c00 : 0x7f80;
    for (const code of data as Uint16Array) {
      const magnitude = code & 0x7fff;
      if (magnitude > top) nan++;
      else if (magnitude === top) infinite++;
    }
  } else if (dataType === 'float32' || dataType === 'float64') {
    for (const x of data as Float32Array) {
      if (x !== x) nan++;
      else if (x === Infinity || x === -Infinity) infinite++;
    }
  }
  return { nan, infinite };
}

/** How many samples are read at once where the set leaves it open. */
const READ = 16;

/** What one pass over all samples tells. */
export interface Survey {
  /** By input, only those that have any. */
  readonly nonFinite: Readonly<Record<string, NonFinite>>;
  /** SHA-256 over names, types, shapes and values of all samples as the model gets them: the same inputs however they are stored. */
  readonly sha256: string;
}

/** Reads every sample once, in bounded memory. Rejects with the signal's reason when it aborts. */
export async function survey(set: InputSet, signal?: AbortSignal): Promise<Survey> {
  const nonFinite: Record<string, NonFinite> = {};
  const hash = createHash('sha256');
  hash.update(JSON.stringify([set.names, set.samples, set.batch]));
  for (const { start, end } of planRuns(set, READ)) {
    signal?.throwIfAborted();
    const tensors = await set.read(start, end);
    for (const name of set.names) {
      const tensor = tensors[name];
      hash.update(JSON.stringify([tensor.dataType, tensor.shape]));
      hash.update(new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength));
      const { nan, infinite } = countNonFinite(tensor);
      const before = nonFinite[name] ?? { nan: 0, infinite: 0 };
      if (nan + infinite > 0) nonFinite[name] = { nan: before.nan + nan, infinite: before.infinite + infinite };
    }
  }
  return { nonFinite, sha256: hash.digest('hex') };
}
