import { quote } from '../../model/quote.js';
import type { ByteSource } from '../../model/types.js';
import type { FeedType } from './arrays.js';
import { count } from './messages.js';
import { InputError } from './types.js';

/** What a .npy file says of itself. Format: numpy.lib.format, versions 1.0, 2.0 and 3.0. */
export interface NpyHeader {
  readonly dataType: FeedType;
  readonly bigEndian: boolean;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Where the first element lies. */
  readonly offset: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy writes well below 1 kB, and refuses to read more than 10,000 unless told to. */
const LONGEST_HEADER = 65_535;
/** As NumPy 2; NumPy 1 stops at 32. */
const MOST_DIMS = 64;

const types: Readonly<Record<string, FeedType>> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  b1: 'bool',
};

/**
 * Reads the header. `where` names the file or array in messages.
 * @throws InputError when it is no .npy file, holds no plain numbers, or its length does not fit the shape.
 */
export async function readNpyHeader(source: ByteSource, where: string): Promise<NpyHeader> {
  const fail = (what: string): never => {
    throw new InputError(`${where}: ${what}`);
  };
  const start = await source.slice(0, Math.min(12, source.byteLength));
  if (start.length < 10 || !MAGIC.every((byte, i) => start[i] === byte)) fail('not a .npy file (it does not begin with \\x93NUMPY)');
  const version = start[6];
  if (version < 1 || version > 3) fail(`.npy version ${version}.${start[7]} is not known: save it with version 1, 2 or 3`);
  const wide = version > 1;
  if (wide && start.length < 12) fail('the file is cut off inside its header');
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const begin = wide ? 12 : 10;
  if (length > LONGEST_HEADER) fail(`its header claims ${length} bytes; no array of numbers needs that`);
  if (begin + length > source.byteLength) fail('the file is cut off inside its header');
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(await source.slice(begin, begin + length));

  const { descr, fortran_order: fortran, shape } = parseFields(text) ?? fail(`its header is not understood: ${quote(text.trim())}`);
  if (typeof descr !== 'string') return fail('it holds records with fields: save each as an array of numbers');
  if (typeof fortran !== 'boolean' || typeof shape !== 'object' || shape === null)
    return fail(`its header is not understood: ${quote(text.trim())}`);
  const [, order, code] = /^([<>|=]?)(.*)$/s.exec(descr)!;
  const dataType = Object.hasOwn(types, code) ? types[code] : fail(`${unsupported(code, descr)}: save it as numbers, e.g. float32`);
  if (shape.length > MOST_DIMS) fail(`its shape has ${shape.length} dims; ${MOST_DIMS} are the most`);
  const bytes = shape.reduce((product, dim) => product * dim, Number(code.slice(1)));
  if (!Number.isSafeInteger(bytes)) fail(`its shape [${shape.join(', ')}] is too large`);
  const offset = begin + length;
  const found = source.byteLength - offset;
  if (found < bytes) fail(`cut off: ${descr} [${shape.join(', ')}] takes ${count(bytes, 'byte')}, found ${found}`);
  if (found > bytes) fail(`${count(found - bytes, 'byte')} too many: ${descr} [${shape.join(', ')}] takes ${bytes}, found ${found}`);
  return { dataType, bigEndian: order === '>', fortran, shape, offset };
}

function unsupported(code: string, descr: string): string {
  if (code.startsWith('O')) return 'it holds Python objects, which are never loaded';
  if (code.startsWith('c')) return 'it holds complex numbers';
  if (/^[SUa]/.test(code)) return 'it holds text';
  return `its type ${quote(descr)} is not known`;
}

type Literal = string | boolean | readonly number[] | null;

/**
 * The header's Python dictionary, which has three keys and values of three kinds: 'text', True or False, and a tuple of whole numbers. A list
 * (the fields of a record type) comes back as null. Nothing is evaluated. Undefined when it is anything else.
 */
function parseFields(text: string): Readonly<Record<string, Literal>> | undefined {
  const fields: Record<string, Literal> = {};
  let rest = text.trim();
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(rest);
    if (match) rest = rest.slice(match[0].length).trimStart();
    return match;
  };
  if (!take(/^\{/)) return undefined;
  while (!take(/^\}/)) {
    const key = take(/^(['"])(descr|fortran_order|shape)\1\s*:/)?.[2];
    if (key === undefined || Object.hasOwn(fields, key)) return undefined;
    const value = takeLiteral(take);
    if (value === undefined) return undefined;
    fields[key] = value;
    if (!take(/^,/) && !rest.startsWith('}')) return undefined;
  }
  return rest === '' && Object.keys(fields).length === 3 ? fields : undefined;
}

function takeLiteral(take: (pattern: RegExp) => RegExpExecArray | null): Literal | undefined {
  const string = take(/^(['"])([^'"\\]*)\1/);
  if (string) return string[2];
  const boolean = take(/^(True|False)\b/);
  if (boolean) return boolean[1] === 'True';
  // Python 2 wrote long numbers with an L
  const tuple = take(/^\(((?:\s*\d{1,16}L?\s*,)*\s*(?:\d{1,16}L?)?)\s*\)/);
  if (tuple) return (tuple[1].match(/\d+/g) ?? []).map(Number);
  return take(/^\[[^[\]]*\]/) ? null : undefined;
}
