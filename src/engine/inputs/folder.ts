import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { quote } from '../../model/quote.js';
import { isNpy, isNpz } from './arrayFiles.js';
import { isImage } from './images/part.js';
import { count } from './messages.js';
import { InputError } from './types.js';

export type Kind = 'npy' | 'npz' | 'image';

/** The inputs in a folder: files of one kind, in the order people expect (`2.npy` before `10.npy`). */
export interface Folder {
  readonly kind: Kind;
  readonly files: readonly string[];
  /** How many other files were passed over. */
  readonly others: number;
}

/** What kind of inputs a file holds, by its name; undefined when none. */
export function kindOfFile(name: string): Kind | undefined {
  if (isNpy(name)) return 'npy';
  if (isNpz(name)) return 'npz';
  return isImage(name) ? 'image' : undefined;
}

const names: Readonly<Record<Kind, string>> = { npy: '.npy file', npz: '.npz file', image: 'image' };
const natural = new Intl.Collator('en', { numeric: true });

/** Orders names naturally: runs of digits by their number; what is equal so by code units. */
export function compareNames(a: string, b: string): number {
  return natural.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/**
 * Lists the inputs of a folder; what lies in folders below it, hidden files and files of other kinds are passed over.
 * @throws InputError when there are none, or files of several kinds.
 */
export async function listFolder(folder: string): Promise<Folder> {
  const where = quote(path.basename(folder));
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new InputError(`cannot open the folder ${where}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, { cause: error });
  });
  const files = new Map<Kind, string[]>();
  let [others, folders] = [0, 0];
  for (const entry of entries) {
    const kind = kindOfFile(entry.name);
    if (entry.isDirectory()) folders++;
    else if (entry.name.startsWith('.')) continue;
    else if (kind) (files.get(kind) ?? files.set(kind, []).get(kind)!).push(entry.name);
    else others++;
  }
  const kinds = [...files];
  if (kinds.length === 0) {
    const found = [...(others > 0 ? [count(others, 'file')] : []), ...(folders > 0 ? [count(folders, 'folder')] : [])].join(' and ');
    throw new InputError(`the folder ${where} has no inputs (.npy, .npz, .png, .jpg)${found ? `, only ${found}` : ': it is empty'}`);
  }
  if (kinds.length > 1)
    throw new InputError(
      `the folder ${where} is mixed: ${kinds.map(([kind, list]) => count(list.length, names[kind])).join(' and ')}; keep one kind`,
    );
  const [kind, list] = kinds[0];
  return { kind, files: list.sort(compareNames).map((name) => path.join(folder, name)), others };
}
