import type { RunTensors } from '../../../../src/engine/backend/types.js';
import { nativeBackend } from '../../../../src/engine/backend/native.js';
import type { DataType } from '../../../../src/model/types.js';
import { GRAPH, MODEL, tensorMessage, valueMessage, type TensorBytes } from '../../../../src/model/writers/onnx/messages.js';
import { nodeMessage, type NewNode } from '../../../../src/model/writers/onnx/nodes.js';
import { MessageWriter, type Deferred } from '../../../../src/model/writers/onnx/wire.js';

/** A graph as it is put together in tests. */
export interface TestGraph {
  readonly nodes: readonly (NewNode | MessageWriter)[];
  readonly constants?: Readonly<Record<string, TensorBytes>>;
  readonly inputs?: Readonly<Record<string, { readonly dataType?: DataType; readonly shape: readonly number[] }>>;
  readonly outputs: readonly string[];
}

export const floats = (shape: readonly number[], values: ArrayLike<number>): TensorBytes => ({
  dataType: 'float32',
  shape,
  raw: new Uint8Array(Float32Array.from(values).buffer),
});

export const wave = (count: number, step = 1.7): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * step) * Math.exp(Math.cos(i)));

export function graphMessage({ nodes, constants = {}, inputs = {}, outputs }: TestGraph): MessageWriter {
  const graph = new MessageWriter();
  for (const node of nodes) graph.field(GRAPH.node, node instanceof MessageWriter ? node : nodeMessage(node));
  graph.field(GRAPH.name, 'graph');
  for (const [name, tensor] of Object.entries(constants)) graph.field(GRAPH.initializer, tensorMessage(name, tensor));
  for (const [name, { dataType = 'float32', shape }] of Object.entries(inputs))
    graph.field(GRAPH.input, valueMessage(name, { dataType, shape }));
  for (const name of outputs) graph.field(GRAPH.output, valueMessage(name));
  return graph;
}

export const modelBytes = (graph: TestGraph, opset = 17, irVersion = 8): Uint8Array =>
  new MessageWriter()
    .int(MODEL.irVersion, irVersion)
    .field(MODEL.opsetImport, new MessageWriter().field(1, '').int(2, opset))
    .field(MODEL.graph, graphMessage(graph))
    .finish();

export async function collect({ length, read }: Deferred): Promise<Uint8Array> {
  const out = new Uint8Array(length);
  let at = 0;
  for await (const bytes of read()) {
    out.set(bytes, at);
    at += bytes.length;
  }
  return out;
}

export async function run(model: Uint8Array, inputs: RunTensors): Promise<RunTensors> {
  const session = await (await nativeBackend()).load(model);
  try {
    return await session.run(inputs);
  } finally {
    await session.release();
  }
}

/** dB between two lists of numbers; Infinity when they are the same. */
export function sqnr(expected: ArrayLike<number>, found: ArrayLike<number>): number {
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < expected.length; i++) {
    signal += expected[i] ** 2;
    noise += (expected[i] - found[i]) ** 2;
  }
  return noise === 0 ? Infinity : 10 * Math.log10(signal / noise);
}
