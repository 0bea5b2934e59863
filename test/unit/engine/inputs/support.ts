import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateRawSync, crc32 } from 'node:zlib';
import { afterAll } from 'vitest';
import { npyArray } from '../../../../src/engine/inputs/npy.js';
import type { NumberArray } from '../../../../src/engine/inputs/types.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import type { DataType, ValueInfo } from '../../../../src/model/types.js';

export const fixture = (...parts: string[]): string => path.join(import.meta.dirname, 'fixtures', ...parts);

/** An array NumPy wrote. */
export async function golden(...parts: string[]): Promise<{ shape: readonly number[]; data: NumberArray }> {
  const array = await npyArray(memorySource(await readFile(fixture(...parts))), parts.at(-1)!);
  return { shape: array.shape, data: await array.readAll() };
}

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A folder with these files, gone after the tests. */
export async function folderOf(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'inputs-'));
  folders.push(folder);
  await Promise.all(Object.entries(files).map(([name, bytes]) => writeFile(path.join(folder, name), bytes)));
  return folder;
}

const codes = { Float32Array: '<f4', Float64Array: '<f8', BigInt64Array: '<i8', Int32Array: '<i4', Uint8Array: '|u1' } as const;

/** A .npy file, written apart from the reader under test. */
export function npy(data: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array, shape: readonly number[]): Uint8Array {
  const descr = codes[data.constructor.name as keyof typeof codes];
  return npyWith(`{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.map((dim) => `${dim},`).join(' ')}), }`, data);
}

/** A .npy file with any header. */
export function npyWith(header: string, data: ArrayBufferView): Uint8Array {
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const start = Buffer.alloc(10 + length, ' ');
  start.write('\x93NUMPY\x01\x00', 'latin1');
  start.writeUInt16LE(length, 8);
  start.write(`${header.padEnd(length - 1)}\n`, 10, 'latin1');
  return Buffer.concat([start, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

/** A number per element that says where it is. */
export const counting = (length: number, from = 0): Float32Array => Float32Array.from({ length }, (_, i) => from + i);

export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly method?: number;
  /** What the directory claims, where it lies. */
  readonly size?: number;
  readonly crc?: number;
  readonly flags?: number;
  readonly offset?: number;
}

/** A zip archive, written apart from the reader under test. */
export function zip(files: readonly ZipFile[], { entries = files.length }: { readonly entries?: number } = {}): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes, method = 8, size = bytes.length, crc = crc32(bytes), flags = 0, offset = at } of files) {
    const packed = method === 8 ? deflateRawSync(bytes) : Buffer.from(bytes);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(size, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    parts.push(local, Buffer.from(name, 'latin1'), packed);
    directory.push(central, Buffer.from(name, 'latin1'));
    at += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

export const input = (name: string, shape: ValueInfo['shape'], dataType: DataType = 'float32'): ValueInfo => ({ name, dataType, shape });

/** Numbers of any array, for comparing. */
export const numbers = (data: NumberArray): number[] => Array.from(data as Float32Array, Number);
