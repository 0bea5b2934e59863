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
import { weightQuantizer } from '../storedWeight.js';

/** Values of the layer's output that tell its error well enough, and rows of its input at least. */
const ENOUGH = 1 << 16;
const ROWS = 16;

/**
 * Errors of a layer's own output, its node run by itself on `values` of one run; on the first rows of them where each row of the output comes of one
 * row of the input.
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
    const apart = activation?.input === 0 && fed.length === 1 && rowsApart(proto, place, shape);
    const sizeOf = (name: string): number => prepared.seen.get(name)?.shape.reduce((a, b) => a * b, 1) ?? 0;
    const feeds = new Map(apart ? fed.map(([name, x]) => [name, firstRows(x, (x.data.length / sizeOf(name)) * sizeOf(output))]) : fed);
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

/** Whether the first axis of the node's first input goes through to the output, row by row. */
function rowsApart(proto: NodeProto, { bias }: Place, weight: readonly number[]): boolean {
  switch (proto.opType) {
    case 'Conv':
    case 'ConvTranspose':
      return true;
    case 'MatMul':
      return weight.length === 2;
    case 'Gemm':
      // A summand could have rows of its own.
      return (!proto.input[2] || bias !== null) && (intOf(findAttribute(proto, null, 'transA')) ?? 0) === 0;
    default:
      return false;
  }
}

/** @param outputs values that come out for all rows */
function firstRows(x: RunTensor, outputs: number): RunTensor {
  const [rows, ...rest] = x.shape;
  const wanted = Math.max(ROWS, Math.ceil((ENOUGH * rows) / outputs));
  if (!(wanted < rows) || rest.length === 0) return x;
  return { ...x, shape: [wanted, ...rest], data: x.data.subarray(0, (x.data.length / rows) * wanted) };
}
