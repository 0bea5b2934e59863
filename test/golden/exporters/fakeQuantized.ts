import { readFile } from 'node:fs/promises';
import { parseScheme, scaleOf } from '../../../src/core/formats/index.js';
import { quantizeTensor } from '../../../src/core/quantizeTensor.js';
import { nativeBackend } from '../../../src/engine/backend/native.js';
import type { RunTensors } from '../../../src/engine/backend/types.js';
import { fakeNodes } from '../../../src/engine/replay/fakeNodes.js';
import { placeLayers } from '../../../src/engine/replay/places.js';
import { prepare } from '../../../src/engine/replay/prepare.js';
import { cutPiece, type ChangedNode } from '../../../src/engine/surgery/piece.js';
import type { QdqLayer } from '../../../src/exporters/qdq/index.js';
import { memorySource } from '../../../src/model/memorySource.js';
import { openModel } from '../../../src/model/open.js';
import { openOnnxFile } from '../../../src/model/readers/onnx/onnxFile.js';
import type { Layer } from '../../../src/model/types.js';
import { rewired, type TensorBytes } from '../../../src/model/writers/onnx/messages.js';

const alone = () => Promise.reject(new Error('there is nothing beside the model'));
const floats = (shape: readonly number[], values: Float32Array): TensorBytes => ({
  dataType: 'float32',
  shape,
  raw: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
});

/** Scales of an 8-bit symmetric weight with minmax ranges, by output channel. */
async function weightScales({ weight, channelAxis }: Layer): Promise<Float64Array> {
  const values = await weight.read(0, weight.elements);
  const inner = weight.shape.slice(channelAxis! + 1).reduce((a, b) => a * b, 1);
  const scales = new Float64Array(weight.shape[channelAxis!]);
  values.forEach((value, i) => {
    const channel = Math.floor(i / inner) % scales.length;
    scales[channel] = Math.max(scales[channel], Math.abs(value) / 127);
  });
  return scales.map((scale) => (scale === 0 ? 1 : Math.fround(scale)));
}

/**
 * A model of which the same layers are quantized the way the engine does it when it runs a plan: float numbers, nothing stored as codes. Biases of
 * layers whose input and weight are quantized are multiples of the scale that those imply; such weights have to be `int8/channel/minmax`.
 */
export async function fakeQuantized(file: string, layers: readonly QdqLayer[], inputs: RunTensors): Promise<Uint8Array> {
  const bytes = new Uint8Array(await readFile(file));
  const source = memorySource(bytes);
  const model = await openModel(source, alone);
  const onnx = await openOnnxFile(source, alone);
  const backend = await nativeBackend();
  const prepared = await prepare({ bytes, file: onnx, folder: null }, backend, [inputs], inputs);
  const { cut } = prepared;
  const places = placeLayers(model, onnx, prepared);
  const replaced = new Map<string, TensorBytes>();
  const changed = new Map<number, ChangedNode>();

  const quantizeBias = async (layer: Layer, name: string, inputScale: number): Promise<void> => {
    const piece = await cutPiece(cut, { outputs: [name], given: new Set(), declared: () => undefined });
    const bias = (await (await backend.load(piece.bytes)).run(new Map())).get(name)!;
    const scales = await weightScales(layer);
    const scaleAt = (i: number): number => Math.fround(inputScale * scales[i % scales.length]);
    const codes = Float64Array.from(bias.data as Float32Array, (b, i) => Math.round(b / scaleAt(i)));
    if (codes.some((code) => Math.abs(code) > 2 ** 31 - 1)) return;
    replaced.set(
      name,
      floats(
        bias.shape,
        Float32Array.from(codes, (code, i) => code * scaleAt(i)),
      ),
    );
  };

  for (const { layer: name, weight, activation } of layers) {
    const index = model.layers.findIndex((layer) => layer.name === name);
    const layer = model.layers[index];
    const place = places[index];
    if (weight !== null && place.weight) {
      const values = await layer.weight.read(0, layer.weight.elements);
      const quantized = await quantizeTensor(values, layer.weight.shape, layer.channelAxis, parseScheme(weight));
      replaced.set(place.weight.value, floats(layer.weight.shape, quantized));
    }
    if (!activation || !place.activation || place.node === null) continue;
    const scheme = parseScheme(activation.scheme);
    const { nodes, constants, value } = fakeNodes(place.activation.value, scheme, activation, 0, String(place.node));
    const { proto, bytes: node } = cut.graph.nodes[place.node];
    changed.set(place.node, { bytes: rewired(node, place.activation.input, value), before: nodes, constants });
    if (weight === 'int8/channel/minmax' && /^(Conv|ConvTranspose|Gemm)$/.test(proto.opType) && proto.input[2])
      await quantizeBias(layer, proto.input[2], scaleOf(scheme.format, activation.clip)!.scale);
  }
  const types = new Map(cut.graph.inputs.map(({ name, dataType }) => [name, dataType]));
  const piece = await cutPiece(cut, {
    outputs: cut.graph.outputs,
    given: types,
    declared: (name) => ({ dataType: types.get(name)!, shape: inputs.get(name)!.shape.map(() => null) }),
    replaced,
    changed,
  });
  return piece.bytes;
}
