import type { Scheme } from '../../core/formats/index.js';
import type { Layer } from '../../model/types.js';
import type { Calibrated } from '../activations/errors.js';
import { activationQuantizer } from '../activations/quantizer.js';
import type { RunTensors } from '../backend/types.js';
import { decibels } from '../metrics/decibels.js';
import { noiseOf } from '../metrics/noise.js';
import { realNumbers } from '../metrics/numbers.js';
import type { LocalError } from '../process/protocol.js';
import type { Place } from '../replay/places.js';
import { given } from '../replay/prepare.js';
import type { Running } from '../running.js';
import { quantizedWeight, typed } from '../storedWeight.js';

/** Errors of a layer's own output, its node run by itself. */
export async function localErrors(
  { replay, prepared }: Running,
  layer: Layer,
  { node, weight, activation, output }: Place,
  values: RunTensors,
  weightSchemes: readonly Scheme[],
  activationSchemes: readonly Calibrated[],
): Promise<readonly LocalError[]> {
  if (node === null || output === null || !weight || weightSchemes.length + activationSchemes.length === 0) return [];
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
    const { signal, squares } = noiseOf(y, z);
    found.push({ scheme: scheme.text, target, sqnrDb: decibels(signal, squares) });
  };
  try {
    const feeds = new Map([...session.inputs].filter((name) => name !== value).map((name) => [name, given(values, name)]));
    const original = await weightTensor(null);
    const float = await session.run(new Map([...feeds, [value, original]]));
    for (const scheme of weightSchemes)
      local(scheme, 'weight', float, await session.run(new Map([...feeds, [value, await weightTensor(scheme)]])));
    const { opType, input: inputs } = prepared.cut.graph.nodes[node].proto;
    // A node that takes the value twice would take it quantized twice.
    if (activation && inputs.indexOf(activation.value) === inputs.lastIndexOf(activation.value))
      for (const { scheme, range } of activationSchemes) {
        const quantized = await activationQuantizer(scheme, range, opType)(given(values, activation.value));
        local(scheme, 'activation', float, await session.run(new Map([...feeds, [value, original], [activation.value, quantized]])));
      }
  } finally {
    await session.release();
  }
  return found;
}
