import { bytes as byteText, quote } from '../../quote.js';
import { subSource } from '../../subSource.js';
import { ModelError, type ByteSource, type OpenSibling } from '../../types.js';
import type { TensorProto } from './proto.js';

/** The files beside a model that hold some of its weights. */
export interface ExternalData {
  /** Bytes of all of them. */
  readonly byteLength: number;
  /** The bytes of one tensor. @throws ModelError when they are not all there. */
  slice(tensor: TensorProto, needed: number, what: string): ByteSource;
}

const property = (tensor: TensorProto, key: string): string | undefined => tensor.externalData.find((e) => e.key === key)?.value;

/**
 * Opens every file that the tensors name, each once.
 * @throws ModelError that names the file and the first tensor that needs it.
 */
export async function openExternalData(tensors: Iterable<TensorProto>, open: OpenSibling): Promise<ExternalData> {
  const files = new Map<string, ByteSource>();
  for (const tensor of tensors) {
    if (tensor.dataLocation !== 1) continue;
    const location = property(tensor, 'location');
    if (!location) throw new ModelError(`tensor ${quote(tensor.name)} is external but names no file: export the model again`);
    if (files.has(location)) continue;
    try {
      files.set(location, await open(location));
    } catch (error) {
      const reason =
        error instanceof ModelError ? error.message : `cannot open external data ${quote(location)}: ${String(error).split('\n')[0]}`;
      throw new ModelError(`${reason} (it holds the values of tensor ${quote(tensor.name)})`, { cause: error });
    }
  }
  return {
    byteLength: [...files.values()].reduce((sum, file) => sum + file.byteLength, 0),
    slice(tensor, needed, what) {
      const location = property(tensor, 'location') ?? '';
      const file = files.get(location);
      if (!file) throw new ModelError(`external data ${quote(location)} of ${what} was not opened`);
      const offset = count(tensor, 'offset', what) ?? 0;
      const length = count(tensor, 'length', what) ?? needed;
      if (length !== needed)
        throw new ModelError(
          `${what} needs ${byteText(needed)}, but ${byteText(length)} are declared in external data ${quote(location)}: export the model again`,
        );
      if (offset + length > file.byteLength)
        throw new ModelError(
          `external data ${quote(location)} has ${byteText(file.byteLength)}, but ${what} needs bytes ${offset} to ${offset + length} of it: fetch the file that belongs to this model`,
        );
      return subSource(file, offset, length);
    },
  };
}

function count(tensor: TensorProto, key: string, what: string): number | undefined {
  const text = property(tensor, key);
  if (text === undefined || text === '') return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value))
    throw new ModelError(`the external ${key} ${quote(text)} of ${what} is no number of bytes: export the model again`);
  return value;
}
