import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');

/** Fetches the pinned packages when they are not there, and tells where they are. */
export async function materials(): Promise<string> {
  await run(process.execPath, [path.join(root, 'scripts/materials.mjs')]);
  return path.join(root, '.materials');
}

/** The folder of Debian's libonnx-testdata. */
export function onnxTestdata(): string {
  const folder = '/usr/share/libonnx-testdata/data';
  if (!existsSync(folder)) throw new Error('the models of libonnx-testdata are missing: apt-get install libonnx-testdata');
  return folder;
}

export async function golden<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(path.join(import.meta.dirname, name), 'utf8')) as T;
}
