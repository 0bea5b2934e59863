import { constants } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { checkRange } from './memorySource.js';
import { quote } from './quote.js';
import { ModelError, type ByteSource, type OpenSibling } from './types.js';

/** A source that holds something open until it is closed. */
export interface OpenSource extends ByteSource {
  close(): Promise<void>;
}

/** Node refuses single reads of 2 GiB and more. */
const LONGEST_READ = 2 ** 30;

/**
 * Opens a file for positioned reads; nothing is read yet. Works beyond 2 GiB, where reading a file as a whole does not.
 * @throws ModelError when there is no such file, or it is a folder or a device, or may not be read.
 */
export async function fileSource(file: string): Promise<OpenSource> {
  let handle: FileHandle;
  try {
    if (!(await stat(file)).isFile()) throw new ModelError(`${quote(path.basename(file))} is not a file: choose a model file`);
    handle = await open(file, constants.O_RDONLY);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw new ModelError(`cannot open ${quote(path.basename(file))}: ${reason(error)}`, { cause: error });
  }
  const byteLength = (await handle.stat()).size;
  return {
    byteLength,
    async slice(start, end, into) {
      checkRange(start, end, byteLength);
      const bytes = into ?? new Uint8Array(end - start);
      for (let done = 0; done < bytes.length;) {
        const { bytesRead } = await handle.read(bytes, done, Math.min(bytes.length - done, LONGEST_READ), start + done);
        if (bytesRead === 0) throw new ModelError(`${quote(path.basename(file))} became shorter while it was read: open it again`);
        done += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

/** Siblings that stay open, each opened once, until `close`. */
export type OpenSiblings = OpenSibling & { close(): Promise<void> };

/**
 * Files inside one folder, and none outside it: absolute names, `..` and links that lead out are refused, because the names come out of
 * model files that anybody may have written.
 */
export function folderSiblings(folder: string): OpenSiblings {
  const sources = new Map<string, Promise<OpenSource>>();
  const openSibling = async (name: string): Promise<OpenSource> => {
    const file = await confined(folder, name);
    let source = sources.get(file);
    if (!source) sources.set(file, (source = fileSource(file)));
    return source;
  };
  const close = async (): Promise<void> => {
    const opened = await Promise.allSettled(sources.values());
    sources.clear();
    for (const source of opened) if (source.status === 'fulfilled') await source.value.close();
  };
  return Object.assign(openSibling, { close });
}

async function confined(folder: string, name: string): Promise<string> {
  if (!isConfinedName(name)) throw new ModelError(`external data ${quote(name)} leads outside the model's folder: it is not opened`);
  let root: string, file: string;
  try {
    root = await realpath(folder);
    file = await realpath(path.join(root, name));
  } catch (error) {
    throw new ModelError(`external data file ${quote(name)} ${reason(error)}: put it next to the model`, { cause: error });
  }
  const inside = path.relative(root, file);
  if (inside === '' || inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside))
    throw new ModelError(`external data ${quote(name)} is a link that leads outside the model's folder: it is not opened`);
  return file;
}

/** Whether a name can only mean something below the folder it is joined to, on any system. */
export function isConfinedName(name: string): boolean {
  if (name === '' || name.includes('\0') || path.posix.isAbsolute(name) || path.win32.isAbsolute(name) || /^[a-z]:/i.test(name))
    return false;
  return !name.split(/[/\\]/).includes('..');
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'is missing';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read (permission denied)';
    case 'ELOOP':
      return 'is a link that leads in a circle';
    default:
      return `cannot be read (${code ?? String(error)})`;
  }
}
