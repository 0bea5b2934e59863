import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';

/** What is written: text, or bytes as they are made. */
export type Content = string | AsyncIterable<Uint8Array>;

/** Temporary files there are now. */
const unfinished = new Set<string>();

/** Ends as the signal would have ended it, but leaves no half-written files behind. */
function onInterrupt(signal: NodeJS.Signals): void {
  for (const file of unfinished) rmSync(file, { force: true });
  process.kill(process.pid, signal);
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function write(file: string, flags: 'w' | 'wx', content: Content): Promise<void> {
  const handle = await open(file, flags);
  try {
    if (typeof content === 'string') await handle.writeFile(content);
    else for await (const bytes of content) await handle.writeFile(bytes);
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

/** Writes files that belong together. They appear whole or not at all: all are written beside their places before the first is renamed. */
export async function writeTogether(contents: readonly { readonly file: string; readonly content: Content }[]): Promise<void> {
  const files: { readonly file: string; readonly content: Content }[] = [];
  for (const { file: name, content } of contents) {
    const { file, device } = await destination(name);
    if (device) await write(file, 'w', content);
    else files.push({ file, content });
  }
  const temporary = files.map(({ file }) => `${file}.${randomBytes(6).toString('hex')}.tmp`);
  if (unfinished.size === 0) for (const signal of SIGNALS) process.once(signal, onInterrupt);
  temporary.forEach((name) => unfinished.add(name));
  try {
    for (const [i, { content }] of files.entries()) await write(temporary[i], 'wx', content);
    for (const [i, { file }] of files.entries()) await rename(temporary[i], file);
  } catch (error) {
    await Promise.all(temporary.map((name) => rm(name, { force: true })));
    throw error;
  } finally {
    temporary.forEach((name) => unfinished.delete(name));
    if (unfinished.size === 0) for (const signal of SIGNALS) process.off(signal, onInterrupt);
  }
}

/** Writes `text` to `file` (`-`: stdout). A file appears whole or not at all: it is written beside its place and renamed. */
export async function writeOutput(file: string, text: string): Promise<void> {
  if (file === '-') process.stdout.write(text);
  else await writeTogether([{ file, content: text }]);
}
