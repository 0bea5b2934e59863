import { parseScheme, type ClipRange, type Scheme } from '../core/formats/index.js';
import { rewired, type TensorBytes } from '../model/writers/onnx/messages.js';
import type { Quantized } from './process/protocol.js';
import { fakeNodes } from './replay/fakeNodes.js';
import type { Prepared } from './replay/prepare.js';
import type { Change } from './replay/replay.js';
import type { Running } from './running.js';
import { quantizedWeight } from './storedWeight.js';
import type { ChangedNode } from './surgery/piece.js';

/** What quantizing some layers changes in the graph. */
export async function changeFor({ places, model, prepared }: Running, quantized: readonly Quantized[]): Promise<Change> {
  const replaced = new Map<string, TensorBytes>();
  const changed = new Map<number, ChangedNode>();
  for (const { layer, weight, activation } of quantized) {
    const place = places[layer];
    if (weight !== null && place.weight)
      replaced.set(place.weight.value, await quantizedWeight(model.layers[layer], place.weight.dataType, parseScheme(weight)));
    if (activation && place.activation && place.node !== null)
      changed.set(place.node, changedNode(prepared, place.node, place.activation, parseScheme(activation.scheme), activation.clip));
  }
  return { replaced, changed };
}

export function changedNode(
  { cut }: Prepared,
  node: number,
  { input, value }: { input: number; value: string },
  scheme: Scheme,
  clip: ClipRange,
): ChangedNode {
  const { nodes, constants, value: quantized } = fakeNodes(value, scheme, clip, String(node));
  return { bytes: rewired(cut.graph.nodes[node].bytes, input, quantized), before: nodes, constants };
}

/** A change that puts one layer back as it was. */
export async function restored({ places, model, prepared }: Running, base: Change, layer: number): Promise<Change> {
  const { weight, node } = places[layer];
  const replaced = new Map<string, TensorBytes>();
  const changed = new Map<number, ChangedNode>();
  if (weight && base.replaced?.has(weight.value))
    replaced.set(weight.value, await quantizedWeight(model.layers[layer], weight.dataType, null));
  if (node !== null && base.changed?.has(node))
    changed.set(node, { bytes: prepared.cut.graph.nodes[node].bytes, before: [], constants: [] });
  return { replaced, changed };
}
