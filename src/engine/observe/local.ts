import type { Scheme } from '../../core/formats/index.js';
import { findAttribute, intOf } from '../../model/readers/onnx/attributes.js';
import type { NodeProto } from '../../model/readers/onnx/proto.js';
import type { Layer } from '../../model/types.js';
import type { Calibrated } from '../activations/errors.js';
import { activationQuantizer } from '../activations/quantizer.js';
import type { RunTensor, RunTensors } from '../backend/types.js';
import { decibels } from '../metrics/decibels.js';
import { noiseOf } from '../metrics/noise.js';
import { realNumbers } from '../metrics/numbers.js';
import type { LocalError } from '../process/protocol.js';
import type { Place } from '../replay/places.js';
import { given } from '../replay/prepare.js';
import type { Running } from '../running.js';
import { sliceAlong } from '../sampleAxes.js';
import { weightQuantizer } from '../storedWeight.js';

/** Values of the layer's output that tell its error well enough, and samples at least. */
const ENOUGH = 1 << 16;
const SAMPLES = 16;

/**
 * Errors of a layer's own output, its node run by itself on `values` of one run; on the first samples of them where each has an output of its
 * own.
 */
export async function localErrors(
  { replay, prepared }: Running,
  layer: Layer,
  place: Place,
  values: RunTensors,
  weightSchemes: readonly Scheme[],
  activationSchemes: readonly Calibrated[],
): Promise<readonly LocalError[]> {
  const { node, weight, activation, output } = place;
  if (node === null || output === null || !weight || weightSchemes.length + activationSchemes.length === 0) return [];
  const { value, dataType } = weight;
  const { shape } = layer.weight;
  const { proto } = prepared.cut.graph.nodes[node];
  const { opType, input: inputs } = proto;
  const session = await replay.chain([node], new Map([[value, { dataType, shape }]]));
  const weightTensor = await weightQuantizer(layer, dataType, weightSchemes);
  const found: LocalError[] = [];
  const local = (scheme: Scheme, target: 'weight' | 'activation', float: RunTensors, changed: RunTensors): void => {
    const [y, z] = [realNumbers(given(float, output)), realNumbers(given(changed, output))];
    if (!y || !z) return;
    const { signal, squares } = noiseOf(y, z);
    found.push({ scheme: scheme.text, target, sqnrDb: decibels(signal, squares) });
  };
  try {
    const fed = session.inputs.filter((name) => name !== value).map((name) => [name, given(values, name)] as const);
    const axis = samplesAxis(proto, place, shape, fed);
    const sizeOf = (name: string): number => prepared.seen.get(name)?.shape.reduce((a, b) => a * b, 1) ?? 0;
    const outputs = axis === null ? 0 : (given(values, inputs[0]).data.length / sizeOf(inputs[0])) * sizeOf(output);
    const feeds = new Map(axis === null ? fed : fed.map(([name, x]) => [name, firstOf(x, axis, outputs)]));
    const original = await weightTensor(null);
    const float = await session.run(new Map([...feeds, [value, original]]));
    for (const scheme of weightSchemes)
      local(scheme, 'weight', float, await session.run(new Map([...feeds, [value, await weightTensor(scheme)]]), true));
    // A node that takes the value twice would take it quantized twice.
    if (activation && inputs.indexOf(activation.value) === inputs.lastIndexOf(activation.value))
      for (const { scheme, range } of activationSchemes) {
        const quantized = await activationQuantizer(scheme, range, opType)(given(feeds, activation.value));
        local(scheme, 'activation', float, await session.run(new Map([...feeds, [value, original], [activation.value, quantized]]), true));
      }
  } finally {
    await session.release();
  }
  return found;
}

/** An axis of all that a node takes whose elements give each its own elements of the output; null where there is none. */
function samplesAxis(
  proto: NodeProto,
  { bias }: Place,
  weight: readonly number[],
  fed: readonly (readonly [name: string, value: RunTensor])[],
): 0 | 1 | null {
  const alone = fed.length === 1 && fed[0][0] === proto.input[0];
  // The sequence and the states of recurrent nodes hold steps or directions first, then samples.
  const statesOnly = (): boolean => {
    const states = [0, 5, 6].flatMap((i) => (proto.input[i] ? [proto.input[i]] : []));
    return states.length === fed.length && fed.every(([name, { shape }]) => states.includes(name) && shape.length === 3);
  };
  const number = (name: string): number => intOf(findAttribute(proto, null, name)) ?? 0;
  switch (proto.opType) {
    case 'Conv':
    case 'ConvTranspose':
      return alone ? 0 : null;
    case 'MatMul':
      return alone && weight.length === 2 ? 0 : null;
    case 'Gemm':
      // A summand could have rows of its own.
      return alone && (!proto.input[2] || bias !== null) && number('transA') === 0 ? 0 : null;
    case 'LSTM':
    case 'GRU':
    case 'RNN':
      return number('layout') === 0 && !proto.input[4] && statesOnly() ? 1 : null;
    default:
      return null;
  }
}

/** The first elements of a value along an axis. @param outputs values that come out for all of them */
function firstOf(x: RunTensor, axis: number, outputs: number): RunTensor {
  const { shape } = x;
  const count = shape[axis];
  const wanted = Math.max(SAMPLES, Math.ceil((ENOUGH * count) / outputs));
  if (!(wanted < count) || shape.length < 2) return x;
  return sliceAlong(x, axis, 0, wanted);
}
