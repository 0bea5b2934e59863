import { divided } from '../../core/remedies/equalize.js';
import type { ChannelRanges, Transform } from '../../core/remedies/transform.js';
import { captures, subgraphs, topological } from '../../model/readers/onnx/order.js';
import type { GraphProto } from '../../model/readers/onnx/proto.js';
import { equalizePairs, type EqualizedPair } from '../../model/transforms/equalized.js';
import { resolveTransforms, type Resolved, type Unfit } from '../../model/transforms/resolve.js';
import type { Layer, Model } from '../../model/types.js';
import { removeUnused, type Edits } from './edits.js';
import type { Finder } from './places.js';
import type { ModelTree, Visit } from './tree.js';

/** The layers as they are to be quantized, and what else is to be done then. */
export interface Transformed extends Pick<Resolved, 'corrected' | 'fitted'> {
  readonly layers: readonly Layer[];
  readonly pairs: readonly EqualizedPair[];
  readonly ranges: ReadonlyMap<number, ChannelRanges>;
  /** Biases of layers' own nodes that are others now, by layer. */
  readonly biases: ReadonlyMap<number, Float32Array>;
  readonly unfit: readonly Unfit[];
}

/** What is asked of a layer, by its number. */
interface Asked {
  readonly layer: number;
  readonly weight: string | null;
  readonly transforms: readonly Transform[];
}

/** Broadcasting between the operands of Max, Min and Add. */
export const BROADCAST = 8;

/** Equalizes pairs of layers of the main graph: what is between them is edited, their weights and own biases are handed back. */
export async function transformModel(
  tree: ModelTree,
  model: Model,
  nodes: readonly Visit[],
  find: Finder,
  edits: Edits,
  unique: (name: string) => string,
  asked: readonly Asked[],
): Promise<Transformed> {
  const { main } = tree;
  const scope = { body: main, from: null };
  const captured = new WeakMap<GraphProto, ReadonlySet<string>>();
  const byProto = new Map(main.nodes.map((node) => [node.proto, node]));
  const ordered = topological([...byProto.keys()], captured);
  const indexOf = new Map(ordered.map((proto, i) => [proto, i]));
  const { pairs: wanted, ...resolved } = resolveTransforms(
    {
      nodes: ordered.map((proto) => ({
        proto,
        uses: [
          ...new Set([
            ...proto.input.filter((name) => name !== ''),
            ...subgraphs(proto).flatMap(({ graph }) => [...captures(graph, captured)]),
          ]),
        ],
      })),
      outputs: main.graph?.output.map(({ name }) => name) ?? [],
      layerNodes: model.layers.map(({ node }) => (nodes[node].scope.body === main ? (indexOf.get(nodes[node].node.proto) ?? null) : null)),
      layers: model.layers,
      constant: (name) => find.stored(scope, name) ?? undefined,
    },
    asked,
  );
  const equalized = await equalizePairs(model.layers, wanted);
  const biases = new Map<number, Float32Array>();
  const unused: string[] = [];
  const constant = async (value: string, shape: readonly number[], scales: Float64Array): Promise<string> => {
    const tensor = find.stored(scope, value)!;
    const numbers = divided(await tensor.read(0, tensor.elements), scales);
    const name = unique(`${value}_equalized`);
    edits.of(main).constants.push({ name, dataType: 'float32', shape, raw: new Uint8Array(numbers.buffer) });
    unused.push(value);
    return name;
  };
  for (const { pair, scales } of equalized.pairs) {
    for (const { node, input, value } of pair.biases) {
      const tensor = find.stored(scope, value)!;
      if (node === pair.nodes[0]) biases.set(pair.first, divided(await tensor.read(0, tensor.elements), scales));
      else edits.node(main, byProto.get(ordered[node])!).inputs.set(input, await constant(value, tensor.shape, scales));
    }
    for (const { node, shape } of pair.clips) {
      const proto = ordered[node];
      const edit = edits.node(main, byProto.get(proto)!);
      edit.removed = true;
      const bounds = [
        { op: 'Max', name: proto.input[1] },
        { op: 'Min', name: proto.input[2] },
      ].filter(({ name }) => name);
      let value = proto.input[0];
      for (const [i, { op, name }] of bounds.entries()) {
        const to = i === bounds.length - 1 ? proto.output[0] : unique(`${proto.output[0]}_${op}`);
        const from = value;
        edit.after.push({
          op,
          name: unique(`${proto.name || proto.output[0]}_${op}`),
          inputs: [from, await constant(name, shape, scales)],
          outputs: [to],
        });
        value = to;
      }
    }
  }
  removeUnused(main, edits, unused);
  return { ...resolved, ...equalized, biases };
}
