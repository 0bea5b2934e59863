import type { ByteSource, OpenSibling } from '../../types.js';
import { openExternalData } from './externalData.js';
import { decodeModel, type ModelProto, type TensorProto } from './proto.js';
import { readSkeleton } from './skeleton.js';
import { smallValues } from './smallValues.js';
import { tensorProtos } from './tensorProtos.js';
import { storedTensor, type StoredTensor, type TensorFile } from './tensors.js';

/** A tensor of the file, and its elements when they are few. */
export interface KnownTensor {
  readonly tensor: StoredTensor;
  readonly small: readonly number[] | null;
}

/** An ONNX file as its messages, with its tensors where they are in it. */
export interface OnnxFile extends TensorFile {
  readonly proto: ModelProto;
  /** Every tensor that `tensorProtos` finds, in that order. */
  readonly tensors: ReadonlyMap<TensorProto, KnownTensor>;
}

/**
 * Decodes the messages of a file and checks that all tensors have their data; the data of large ones is not read.
 * @throws ModelError when the file is damaged, or data beside it is missing.
 */
export async function openOnnxFile(source: ByteSource, siblings: OpenSibling): Promise<OnnxFile> {
  const { bytes, records } = await readSkeleton(source);
  const proto = decodeModel(bytes);
  const external = await openExternalData(tensorProtos(proto), siblings);
  const file: TensorFile = { source, records, external };
  const tensors = new Map<TensorProto, KnownTensor>();
  for (const part of tensorProtos(proto)) {
    const tensor = storedTensor(file, part);
    tensors.set(part, { tensor, small: await smallValues(tensor) });
  }
  return { ...file, proto, tensors };
}
