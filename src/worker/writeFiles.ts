import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';

/** What is written: text, or bytes as they are made. */
export type Content = string | AsyncIterable<Uint8Array>;

async function write(file: string, flags: 'w' | 'wx', content: Content, signal?: AbortSignal): Promise<void> {
  const handle = await open(file, flags);
  try {
    if (typeof content === 'string') await handle.writeFile(content);
    else
      for await (const bytes of content) {
        signal?.throwIfAborted();
        await handle.writeFile(bytes);
      }
    if (flags === 'wx') await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Where a name leads, when it is a link; and whether it is a device or a pipe, which is written to and not replaced. */
async function destination(name: string): Promise<{ readonly file: string; readonly device: boolean }> {
  const file = await realpath(name).catch(() => name);
  const found = await stat(file).catch(() => null);
  if (found?.isDirectory()) throw new Error(`${name}: is a folder; name a file`);
  return { file, device: found !== null && !found.isFile() };
}

/**
 * Writes files that belong together. They appear whole or not at all: all are written beside their places before the first is renamed. When it fails or is
 * cancelled nothing is left of them.
 */
export async function writeTogether(
  contents: readonly { readonly file: string; readonly content: Content }[],
  signal?: AbortSignal,
): Promise<void> {
  const files: { readonly file: string; readonly temporary: string; readonly content: Content }[] = [];
  for (const { file: name, content } of contents) {
    const { file, device } = await destination(name);
    if (device) await write(file, 'w', content, signal);
    else files.push({ file, temporary: `${file}.${randomBytes(6).toString('hex')}.tmp`, content });
  }
  try {
    for (const { temporary, content } of files) await write(temporary, 'wx', content, signal);
    for (const { file, temporary } of files) await rename(temporary, file);
  } catch (error) {
    await Promise.all(files.map(({ temporary }) => rm(temporary, { force: true })));
    throw error;
  }
}

const real = (file: string): Promise<string | null> => realpath(file).catch(() => null);

/** The first of the outputs that is, or leads to, one of `files`; null when none is. */
export async function ownedBy(outputs: readonly string[], files: readonly string[]): Promise<string | null> {
  const known = new Set(await Promise.all(files.map(real)));
  for (const output of outputs) {
    const file = await real(output);
    if (file !== null && known.has(file)) return output;
  }
  return null;
}
