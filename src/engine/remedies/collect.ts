import type { RunTensor, RunTensors } from '../backend/types.js';
import type { Running } from '../running.js';

/** Samples that remedies are tried on: enough for means, and few enough to try many. */
const SAMPLES = 16;
/** Bytes of values that are kept for it; what goes beyond is left out, but for the first run. */
const BYTES = 2 ** 27;

/** Values of a part in the first runs. */
export async function collect({ replay, samples }: Running, part: number, names: readonly string[]): Promise<readonly RunTensors[]> {
  const runs: number[] = [];
  for (let run = 0, seen = 0; run < samples.length && seen < SAMPLES; seen += samples[run++]) runs.push(run);
  const found: RunTensors[] = [];
  let bytes = 0;
  await replay.watch(
    part,
    names,
    (run, values) => {
      const wanted = names.map((name) => [name, values.get(name)!] as const);
      bytes += wanted.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
      // Arrays of later runs are written over by the next one.
      if (found.length === 0 || bytes <= BYTES) found.push(new Map(run === runs[0] ? wanted : wanted.map(copied)));
    },
    { only: runs },
  );
  return found;
}

const copied = ([name, tensor]: readonly [string, RunTensor]): readonly [string, RunTensor] => [
  name,
  { ...tensor, data: tensor.data.slice() },
];
