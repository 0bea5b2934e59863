import type { InputSet } from './inputs/index.js';

/** Bytes of inputs that one run takes: activations are several times as large, and are to stay in the processor's caches. */
const BYTES = 1 << 18;
const MOST = 64;

/** Samples that one run takes, where the inputs leave it open. It depends on the inputs alone, so that figures do not change with the machine. */
export async function preferredBatch(inputs: InputSet): Promise<number> {
  if (inputs.batch !== null) return inputs.batch;
  const one = await inputs.read(0, 1);
  const bytes = Object.values(one).reduce((sum, { data }) => sum + data.byteLength, 0);
  return Math.min(MOST, Math.max(1, Math.floor(BYTES / Math.max(1, bytes))));
}
