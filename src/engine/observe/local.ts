import type { ClipRange, Scheme } from '../../core/formats/index.js';
import type { Layer } from '../../model/types.js';
import type { RunTensors } from '../backend/types.js';
import { changedNode } from '../change.js';
import { decibels } from '../metrics/decibels.js';
import { noiseOf } from '../metrics/noise.js';
import { realNumbers } from '../metrics/numbers.js';
import type { LocalError } from '../process/protocol.js';
import type { Place } from '../replay/places.js';
import { given } from '../replay/prepare.js';
import type { Running } from '../running.js';
import { quantizedWeight, typed } from '../storedWeight.js';

/** A scheme for a layer's input, and its calibrated range. */
export interface Clipped {
  readonly scheme: Scheme;
  readonly clip: ClipRange;
}

/** Errors of a layer's own output, its node run by itself. */
export async function localErrors(
  { replay, prepared }: Running,
  layer: Layer,
  { node, weight, activation, output }: Place,
  values: RunTensors,
  weightSchemes: readonly Scheme[],
  clips: readonly Clipped[],
): Promise<readonly LocalError[]> {
  if (node === null || output === null || !weight || weightSchemes.length + clips.length === 0) return [];
  const { value, dataType } = weight;
  const { shape } = layer.weight;
  const session = await replay.chain([node], new Map([[value, { dataType, shape }]]));
  const weightTensor = async (scheme: Scheme | null) => {
    const { raw } = await quantizedWeight(layer, dataType, scheme);
    return { dataType, shape, data: typed(raw, dataType) };
  };
  const found: LocalError[] = [];
  const local = (scheme: Scheme, target: 'weight' | 'activation', float: RunTensors, changed: RunTensors): void => {
    const [y, z] = [realNumbers(given(float, output)), realNumbers(given(changed, output))];
    if (!y || !z) return;
    const { signal, squares, unbiased } = noiseOf(y, z, given(float, output).shape);
    found.push({
      scheme: scheme.text,
      target,
      sqnrDb: decibels(signal, squares),
      unbiasedDb: unbiased === null ? null : decibels(signal, unbiased),
    });
  };
  try {
    const feeds = new Map([...session.inputs].filter((name) => name !== value).map((name) => [name, given(values, name)]));
    const original = await weightTensor(null);
    const float = await session.run(new Map([...feeds, [value, original]]));
    for (const scheme of weightSchemes)
      local(scheme, 'weight', float, await session.run(new Map([...feeds, [value, await weightTensor(scheme)]])));
    if (activation)
      for (const { scheme, clip } of clips) {
        const changed = new Map([[node, changedNode(prepared, node, activation, scheme, clip)]]);
        const other = await replay.chain([node], new Map([[value, { dataType, shape }]]), { changed });
        try {
          local(scheme, 'activation', float, await other.run(new Map([...feeds, [value, original]])));
        } finally {
          await other.release();
        }
      }
  } finally {
    await session.release();
  }
  return found;
}
