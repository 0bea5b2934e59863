import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { quote } from '../../model/quote.js';
import type { ByteSource } from '../../model/types.js';
import { checkRange } from '../../model/memorySource.js';
import { count } from './messages.js';
import { InputError } from './types.js';

/** A member of a zip archive. Reading it in ascending order inflates it once, in bounded memory; going back begins again. */
export interface ZipMember {
  readonly name: string;
  readonly source: ByteSource & { close(): void };
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where its local header lies. */
  readonly offset: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const STORED = 0;
const DEFLATED = 8;
const MOST_ENTRIES = 65_535;
const LARGEST_DIRECTORY = 2 ** 25;
/** Deflate cannot do better: a 258-byte match takes two bits. */
const BEST_RATIO = 1032;
const CHUNK = 2 ** 18;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * The members of a zip archive, as PKWARE's APPNOTE 6.3 has it: stored or deflated, with or without zip64. The central directory is checked
 * (bounds, overlaps, ratios no deflate reaches) before anything is inflated, what is inflated is held to the size it claims, and the checksum
 * of a deflated member is checked when a pass reaches its end.
 * @throws InputError when it is no zip archive, cut off, encrypted, or claims what cannot be.
 */
export async function openZip(source: ByteSource, where: string): Promise<readonly ZipMember[]> {
  const fail = (what: string): never => {
    throw new InputError(`${where}: ${what}`);
  };
  const directory = await findDirectory(source, fail);
  if (directory.entries > MOST_ENTRIES) fail(`${directory.entries} members; ${MOST_ENTRIES} are the most`);
  if (directory.size > LARGEST_DIRECTORY) fail(`its directory claims ${directory.size} bytes`);
  if (directory.offset + directory.size > directory.before) fail('its directory reaches beyond the end of the file');
  const entries = readDirectory(await source.slice(directory.offset, directory.offset + directory.size), directory.entries, fail);

  const members: ZipMember[] = [];
  const taken: { start: number; end: number; name: string }[] = [];
  for (const entry of entries) {
    if (entry.name.endsWith('/')) continue;
    const start = await dataStart(source, entry, directory.offset, fail);
    taken.push({ start: entry.offset, end: start + entry.packed, name: entry.name });
    const inside = `${where}, ${quote(entry.name)}`;
    members.push({
      name: entry.name,
      source: entry.method === STORED ? stored(source, entry, start) : inflated(source, entry, start, inside),
    });
  }
  taken.sort((a, b) => a.start - b.start);
  for (let i = 1; i < taken.length; i++)
    if (taken[i].start < taken[i - 1].end) fail(`members ${quote(taken[i - 1].name)} and ${quote(taken[i].name)} overlap`);
  return members;
}

interface Directory {
  readonly entries: number;
  readonly size: number;
  readonly offset: number;
  /** The directory must end here or earlier. */
  readonly before: number;
}

async function findDirectory(source: ByteSource, fail: (what: string) => never): Promise<Directory> {
  const tail = Math.min(source.byteLength, 22 + 0xffff);
  const bytes = await source.slice(source.byteLength - tail, source.byteLength);
  const view = viewOf(bytes);
  if (tail < 4 || ![LOCAL, END].includes(viewOf(await source.slice(0, 4)).getUint32(0, true))) fail('not a zip archive (.npz)');
  let at = tail - 22;
  // the comment, whose length stands before it, reaches exactly to the end
  while (at >= 0 && !(view.getUint32(at, true) === END && view.getUint16(at + 20, true) === tail - at - 22)) at--;
  if (at < 0) fail('cut off: the directory at its end is missing');
  const end = source.byteLength - tail + at;
  const disks = view.getUint16(at + 4, true) | view.getUint16(at + 6, true);
  const [entries, size, offset] = [view.getUint16(at + 10, true), view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
  if (entries !== 0xffff && size !== 0xffffffff && offset !== 0xffffffff) {
    if (disks !== 0) fail('it is one part of a split archive');
    return { entries, size, offset, before: end };
  }
  const locator = end >= 20 ? viewOf(await source.slice(end - 20, end)) : undefined;
  if (locator?.getUint32(0, true) !== LOCATOR64) return { entries, size, offset, before: end };
  const record = safe(locator.getBigUint64(8, true), fail);
  if (record + 56 > end - 20) fail('its zip64 directory reaches beyond the end of the file');
  const view64 = viewOf(await source.slice(record, record + 56));
  if (view64.getUint32(0, true) !== END64) fail('its zip64 directory is missing');
  const [entries64, size64, offset64] = [32, 40, 48].map((field) => safe(view64.getBigUint64(field, true), fail));
  return { entries: entries64, size: size64, offset: offset64, before: record };
}

function safe(value: bigint, fail: (what: string) => never): number {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : fail('it claims sizes beyond what a file can have');
}

function readDirectory(bytes: Uint8Array, expected: number, fail: (what: string) => never): readonly Entry[] {
  const view = viewOf(bytes);
  const entries: Entry[] = [];
  const names = new Set<string>();
  let at = 0;
  while (entries.length < expected) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL)
      fail(`its directory lists ${entries.length} of ${count(expected, 'member')}`);
    const flags = view.getUint16(at + 8, true);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const nameAt = at + 46;
    const extraAt = nameAt + nameLength;
    if (extraAt + extraLength + commentLength > bytes.length) fail('its directory is cut off');
    // bit 11: UTF-8; otherwise code page 437, of which Latin letters and digits are all that names of inputs need
    const name = new TextDecoder(flags & 0x800 ? 'utf-8' : 'latin1').decode(bytes.subarray(nameAt, extraAt));
    const wide = zip64Fields(
      bytes.subarray(extraAt, extraAt + extraLength),
      [24, 20, 42].map((field) => view.getUint32(at + field, true)),
      fail,
    );
    const [size, packed, offset] = wide;
    const entry = { name, method: view.getUint16(at + 10, true), crc: view.getUint32(at + 16, true), packed, size, offset };
    checkEntry(entry, flags, fail);
    if (names.has(name)) fail(`two members are called ${quote(name)}`);
    names.add(name);
    entries.push(entry);
    at = extraAt + extraLength + commentLength;
  }
  return entries;
}

/** The 64-bit values of the fields that say 0xffffffff, in their order: size, packed size, offset. */
function zip64Fields(extra: Uint8Array, fields: readonly number[], fail: (what: string) => never): readonly number[] {
  if (!fields.includes(0xffffffff)) return fields;
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const end = Math.min(extra.length, at + 4 + view.getUint16(at + 2, true));
    let from = at + 4;
    return fields.map((field) => {
      if (field !== 0xffffffff) return field;
      if (from + 8 > end) fail('its zip64 sizes are cut off');
      from += 8;
      return safe(view.getBigUint64(from - 8, true), fail);
    });
  }
  return fields;
}

function checkEntry(entry: Entry, flags: number, fail: (what: string) => never): void {
  const name = quote(entry.name);
  if (flags & 0x1) fail(`member ${name} is encrypted`);
  if (entry.method !== STORED && entry.method !== DEFLATED)
    fail(`member ${name} is compressed by method ${entry.method}: use stored or deflate`);
  if (entry.method === STORED && entry.packed !== entry.size)
    fail(`member ${name} is stored, but in ${entry.packed} bytes of ${entry.size}`);
  if (entry.size > (entry.packed + 1) * BEST_RATIO)
    fail(`member ${name} claims ${entry.size} bytes in ${entry.packed}: no deflate reaches that`);
}

async function dataStart(source: ByteSource, entry: Entry, before: number, fail: (what: string) => never): Promise<number> {
  const name = quote(entry.name);
  if (entry.offset + 30 > before) fail(`member ${name} lies outside the file`);
  const view = viewOf(await source.slice(entry.offset, entry.offset + 30));
  if (view.getUint32(0, true) !== LOCAL || view.getUint16(8, true) !== entry.method) fail(`member ${name} is not where the directory says`);
  const start = entry.offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + entry.packed > before) fail(`member ${name} reaches beyond the end of the file`);
  return start;
}

function stored(source: ByteSource, entry: Entry, start: number): ZipMember['source'] {
  return {
    byteLength: entry.size,
    slice(from, to) {
      checkRange(from, to, entry.size);
      return source.slice(start + from, start + to);
    },
    close: () => undefined,
  };
}

/** Where a pass over a deflated member has come to. */
interface Cursor {
  readonly chunks: AsyncIterator<Uint8Array>;
  readonly stop: () => void;
  /** Offset of the first byte of `rest`. */
  at: number;
  rest: Uint8Array;
  /** Checksum of all bytes that arrived, and how many. */
  crc: number;
  arrived: number;
}

function inflated(source: ByteSource, entry: Entry, start: number, where: string): ZipMember['source'] {
  let cursor: Cursor | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const begin = (): Cursor => {
    const packed = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < entry.packed; at += CHUNK) yield await source.slice(start + at, start + Math.min(entry.packed, at + CHUNK));
    };
    const input = Readable.from(packed(), { objectMode: false, highWaterMark: CHUNK });
    const inflate = createInflateRaw({ chunkSize: CHUNK });
    // an error reaches whoever reads `inflate`; nobody else has to hear of it
    pipeline(input, inflate, () => undefined);
    return {
      chunks: inflate[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>,
      stop: () => inflate.destroy(),
      at: 0,
      rest: new Uint8Array(0),
      crc: 0,
      arrived: 0,
    };
  };
  const stop = (): void => {
    cursor?.stop();
    cursor = undefined;
  };

  /** The next bytes of the pass; fewer than wanted only at the member's end. */
  const advance = async (pass: Cursor): Promise<boolean> => {
    let next;
    try {
      next = await pass.chunks.next();
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(`${where}: cut off or damaged (${(error as Error).message})`, { cause: error });
    }
    if (next.done) return false;
    pass.at += pass.rest.length;
    pass.rest = next.value;
    pass.arrived += next.value.length;
    pass.crc = crc32(next.value, pass.crc);
    if (pass.arrived > entry.size) throw new InputError(`${where}: it inflates to more than the ${entry.size} bytes it claims`);
    if (pass.arrived === entry.size && pass.crc !== entry.crc) throw new InputError(`${where}: damaged (its checksum is wrong)`);
    return true;
  };

  const read = async (from: number, to: number): Promise<Uint8Array> => {
    if (cursor && from < cursor.at) stop();
    const pass = (cursor ??= begin());
    const out = new Uint8Array(to - from);
    for (let done = from; done < to;) {
      if (done < pass.at + pass.rest.length) {
        const piece = pass.rest.subarray(done - pass.at, to - pass.at);
        out.set(piece, done - from);
        done += piece.length;
      } else if (!(await advance(pass))) {
        throw new InputError(`${where}: cut off: it claims ${entry.size} bytes, found ${pass.arrived}`);
      }
    }
    return out;
  };

  return {
    byteLength: entry.size,
    slice(from, to) {
      checkRange(from, to, entry.size);
      // one at a time: they share the pass
      const result = last
        .then(() => read(from, to))
        .catch((error: unknown) => {
          stop();
          throw error;
        });
      last = result.catch(() => undefined);
      return result;
    },
    close: stop,
  };
}
