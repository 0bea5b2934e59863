import { bytes as byteText } from './quote.js';
import { readOnnx } from './readers/onnx/readOnnx.js';
import { SNIFFED, foreignKind } from './sniff.js';
import { ModelError, type ByteSource, type Model, type OpenSibling } from './types.js';

/**
 * Opens a model, recognised by its content. The weights stay where they are until they are read, so `source` and what `siblings` opens must
 * stay open as long as the model is used.
 * @param siblings opens files that the model keeps some of its weights in
 * @throws ModelError, in one line: what was found, where, and what to do
 */
export async function openModel(source: ByteSource, siblings: OpenSibling): Promise<Model> {
  if (source.byteLength === 0) throw new ModelError('the file is empty (0 bytes): fetch or export it again');
  const foreign = foreignKind(await source.slice(0, Math.min(SNIFFED, source.byteLength)));
  if (foreign) throw new ModelError(`this is ${foreign} (${byteText(source.byteLength)} found)`);
  try {
    return await readOnnx(source, siblings);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw new ModelError(`unexpected while reading the model: ${String(error).split('\n')[0]}: fetch or export it again`, { cause: error });
  }
}
