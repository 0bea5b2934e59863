import { divided } from '../../core/remedies/equalize.js';
import type { EqualizablePair } from '../../model/readers/onnx/equalizable.js';
import type { NodeProto } from '../../model/readers/onnx/proto.js';
import { NODE, rewired } from '../../model/writers/onnx/messages.js';
import { MessageWriter } from '../../model/writers/onnx/wire.js';
import { newConstant, type PartConstant, type PartGraph, type PartNode } from './graph.js';
import type { ChangedNode } from './piece.js';

/**
 * The nodes of a pair of layers with all constants between them divided by the channels' factors: biases, and the bounds of clips, which become a Max
 * and a Min with one bound a channel. The weights themselves are not touched.
 * @param values numbers of the biases and bounds, by the name of their value
 */
export function equalizedNodes(
  { nodes }: PartGraph,
  { biases, clips }: EqualizablePair,
  values: ReadonlyMap<string, { readonly shape: readonly number[]; readonly numbers: Float32Array }>,
  scales: Float64Array,
): ReadonlyMap<number, ChangedNode> {
  const changed = new Map<number, ChangedNode>();
  for (const { node, input, value } of biases) {
    const { shape, numbers } = values.get(value)!;
    const constant = scaled(`${value}::equalized::${node}`, numbers, shape, scales);
    changed.set(node, { bytes: rewired(nodes[node].bytes, input, constant.name), before: [], constants: [constant] });
  }
  for (const { node, shape } of clips) {
    const { input, output } = nodes[node].proto;
    const bounds = [
      { op: 'Max', name: input[1] },
      { op: 'Min', name: input[2] },
    ].filter(({ name }) => name);
    let value = input[0];
    const made = bounds.map(({ op, name }, i) => {
      const constant = scaled(`${name}::equalized::${node}`, values.get(name)!.numbers, shape, scales);
      const to = i === bounds.length - 1 ? output[0] : `${output[0]}::equalized::${node}`;
      const part = binary(op, value, constant.name, to);
      value = to;
      return { part, constant };
    });
    const last = made[made.length - 1].part;
    changed.set(node, {
      bytes: last.bytes,
      before: made.slice(0, -1).map(({ part }) => part),
      constants: made.map(({ constant }) => constant),
    });
  }
  return changed;
}

function scaled(name: string, numbers: Float32Array, shape: readonly number[], scales: Float64Array): PartConstant {
  return newConstant(name, 'float32', shape, new Uint8Array(divided(numbers, scales).buffer));
}

/** A node of two operands, in the form that every version has. */
export function binary(opType: string, left: string, right: string, output: string): PartNode {
  const bytes = new MessageWriter().field(NODE.input, left).field(NODE.input, right).field(NODE.output, output).field(NODE.opType, opType);
  const proto: NodeProto = { input: [left, right], output: [output], name: '', opType, domain: '', attribute: [], docString: '' };
  return { proto, bytes: bytes.finish(), uses: [left, right], outputs: [output] };
}
