import path from 'node:path';
import type { ModelInput } from '../analysis/pipeline.js';
import { fileSource, folderSiblings } from '../model/fileSource.js';
import { memorySource } from '../model/memorySource.js';
import { ModelError } from '../model/types.js';
import type { ModelLocation } from '../rpc/worker.js';

/** Opens the model at `location`, does `use` with it, and closes it whatever happens. Throws ModelError when it cannot be opened. */
export async function withModel<T>(location: ModelLocation, use: (input: ModelInput) => Promise<T>): Promise<T> {
  if ('bytes' in location) {
    const siblings = (name: string) =>
      Promise.reject(
        new ModelError(`external data ${JSON.stringify(name)} cannot be read here: only models on disk have files beside them`),
      );
    return use({ source: memorySource(location.bytes), siblings, file: location.name });
  }
  const source = await fileSource(location.path);
  const siblings = folderSiblings(path.dirname(location.path));
  try {
    return await use({ source, siblings, file: path.basename(location.path) });
  } finally {
    await Promise.all([source.close(), siblings.close()]);
  }
}
