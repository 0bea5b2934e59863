import { realpath } from 'node:fs/promises';

const real = (file: string): Promise<string | null> => realpath(file).catch(() => null);

/**
 * Makes sure that what is written is none of the files of the opened model.
 * @throws Error that names the file, unless `force` is set.
 */
export async function refuseOverwriting(outputs: readonly string[], model: readonly string[], force: boolean): Promise<void> {
  if (force) return;
  const files = new Set(await Promise.all(model.map(real)));
  for (const output of outputs) {
    const file = output === '-' ? null : await real(output);
    if (file !== null && files.has(file))
      throw new Error(`${output}: belongs to the model that is open; write to another file, or overwrite it with --force`);
  }
}
