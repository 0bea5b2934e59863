import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileSource, type OpenSource } from '../../model/fileSource.js';
import { quote } from '../../model/quote.js';
import { ModelError } from '../../model/types.js';
import { InputError } from './types.js';

/**
 * An inputs file for positioned reads; nothing is read yet.
 * @throws InputError when it is missing, no file, or may not be read; so do its slices, when the file shrinks meanwhile.
 */
export async function openSource(file: string): Promise<OpenSource> {
  const source = await fileSource(file).catch(asInputError);
  return {
    byteLength: source.byteLength,
    slice: (start, end) => source.slice(start, end).catch(asInputError),
    close: () => source.close(),
  };
}

function asInputError(error: unknown): never {
  throw error instanceof ModelError
    ? new InputError(error.message.replace('choose a model file', 'give a file of inputs'), { cause: error })
    : error;
}

/** Reads a file as a whole. @throws InputError also when it is larger than `most` bytes. */
export async function readWhole(file: string, most: number, what: string): Promise<Uint8Array> {
  const source = await openSource(file);
  try {
    if (source.byteLength > most)
      throw new InputError(`${quote(path.basename(file))} has ${source.byteLength} bytes: ${what} of more than ${most} bytes are not read`);
    return await source.slice(0, source.byteLength);
  } finally {
    await source.close();
  }
}

/** Whether a path is a file or a folder. @throws InputError when it is neither or cannot be told. */
export async function kindOfPath(file: string): Promise<'file' | 'folder'> {
  let found;
  try {
    found = await stat(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no such file or folder' : `it cannot be read (${code ?? 'unknown reason'})`;
    throw new InputError(`cannot open inputs ${quote(path.basename(file))}: ${reason}`, { cause: error });
  }
  if (found.isDirectory()) return 'folder';
  if (found.isFile()) return 'file';
  throw new InputError(`inputs ${quote(path.basename(file))} are neither a file nor a folder`);
}
