import type { KnownTensor, OnnxFile } from '../../model/readers/onnx/onnxFile.js';
import type { Cutter } from '../surgery/piece.js';

/** Constants by the name of their value: initializers, what constant nodes give, and either passed on by an Identity. */
export function storedTensors(file: OnnxFile, { graph }: Cutter): ReadonlyMap<string, KnownTensor> {
  const found = new Map<string, KnownTensor>();
  for (const known of file.tensors.values()) {
    const { name } = known.tensor;
    if (graph.constants.has(name) && !found.has(name)) found.set(name, known);
  }
  for (const { proto } of graph.nodes) {
    const literal = proto.opType === 'Constant' ? proto.attribute.find(({ name }) => name === 'value')?.t : undefined;
    const known = literal ? file.tensors.get(literal) : proto.opType === 'Identity' ? found.get(proto.input[0]) : undefined;
    if (known) found.set(proto.output[0], known);
  }
  return found;
}
