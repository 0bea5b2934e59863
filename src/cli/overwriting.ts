import { ownedBy } from '../worker/writeFiles.js';

/**
 * Makes sure that what is written is none of the files of the opened model.
 * @throws Error that names the file, unless `force` is set.
 */
export async function refuseOverwriting(outputs: readonly string[], model: readonly string[], force: boolean): Promise<void> {
  if (force) return;
  const owned = await ownedBy(
    outputs.filter((output) => output !== '-'),
    model,
  );
  if (owned !== null) throw new Error(`${owned}: belongs to the model that is open; write to another file, or overwrite it with --force`);
}
