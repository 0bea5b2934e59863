import path from 'node:path';
import { fileSource, folderSiblings } from '../model/fileSource.js';
import { memorySource } from '../model/memorySource.js';
import { openModel } from '../model/open.js';
import { openOnnxFile, type OnnxFile } from '../model/readers/onnx/onnxFile.js';
import { ModelError, type Model } from '../model/types.js';
import type { ModelPlace } from './process/protocol.js';

/** A model as its file, byte by byte and decoded, and as the layers that its analysis knows. */
export interface Opened {
  readonly bytes: Uint8Array;
  readonly file: OnnxFile;
  readonly model: Model;
  /** Folder that the file lies in; null for bytes, which lie in none. */
  readonly folder: string | null;
}

/** @throws ModelError when it cannot be read or is too large to be run. */
export async function openPlace(place: ModelPlace): Promise<Opened> {
  if ('bytes' in place) {
    const source = memorySource(place.bytes);
    const alone = (name: string): Promise<never> => Promise.reject(new ModelError(`external data ${name} cannot be opened here`));
    return { bytes: place.bytes, file: await openOnnxFile(source, alone), model: await openModel(source, alone), folder: null };
  }
  const onDisk = await fileSource(place.path);
  try {
    if (onDisk.byteLength >= 2 ** 31)
      throw new ModelError('model files of 2 GiB and more cannot be run: keep the weights in external data');
    const bytes = await onDisk.slice(0, onDisk.byteLength);
    const source = memorySource(bytes);
    const siblings = folderSiblings(path.dirname(place.path));
    return {
      bytes,
      file: await openOnnxFile(source, siblings),
      model: await openModel(source, siblings),
      folder: path.dirname(path.resolve(place.path)),
    };
  } finally {
    await onDisk.close();
  }
}
