import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { onnx } from 'onnx-proto';
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

/** Names of the files below a folder, in the order of their bytes. */
export async function filesBelow(folder: string, extension: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith(extension)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** A model that has nothing but the tensor of a file. */
export function asModel(tensor: Uint8Array): Uint8Array {
  const field = (number: number, body: Uint8Array): Uint8Array => {
    const length: number[] = [];
    let rest = body.length;
    for (; rest > 127; rest = Math.floor(rest / 128)) length.push((rest % 128) + 128);
    return Uint8Array.from([number * 8 + 2, ...length, rest, ...body]);
  };
  const head = onnx.ModelProto.encode({ irVersion: 8, opsetImport: [{ domain: '', version: 17 }] }).finish();
  return Buffer.concat([head, field(7, field(5, tensor))]);
}
