import path from 'node:path';
import { quote } from '../../model/quote.js';
import { memorySource } from '../../model/memorySource.js';
import { convert } from './convert.js';
import { count } from './messages.js';
import { npyArray } from './npy.js';
import { readWhole } from './source.js';
import { InputError } from './types.js';

/** Larger files are no labels: 256 MB. */
const LARGEST = 2 ** 28;

/**
 * The class of each of the first `samples` samples, from 0. Files:
 * - `.npy`: whole numbers, [samples] or [samples, 1];
 * - `.txt`: one a line;
 * - `.csv`: commas, semicolons or tabs, with or without a line of titles; the column called label, class, target or y, else the last one. With
 *   `sampleNames` (an `InputSet`'s), rows whose first other column names files are matched by file, whatever their order.
 * @throws InputError in one line when there are fewer labels than samples, or one is no class.
 */
export async function readLabels(file: string, samples: number, sampleNames: readonly string[] | null = null): Promise<Int32Array> {
  const name = path.basename(file);
  const where = quote(name);
  const extension = path.extname(name).toLowerCase();
  if (!['.npy', '.csv', '.txt'].includes(extension)) throw new InputError(`${where} is no labels: give a .npy, .csv or .txt`);
  const bytes = await readWhole(file, LARGEST, 'labels');
  const labels = extension === '.npy' ? await fromNpy(bytes, where) : fromText(bytes, extension === '.csv', sampleNames, where);
  if (labels.length < samples) throw new InputError(`${where} has ${count(labels.length, 'label')} for ${count(samples, 'sample')}`);
  const wrong = labels.findIndex((label) => label < 0);
  if (wrong >= 0 && wrong < samples) throw new InputError(`${where}: label ${wrong} (from 0) is ${labels[wrong]}; classes count from 0`);
  return labels.slice(0, samples);
}

async function fromNpy(bytes: Uint8Array, where: string): Promise<Int32Array> {
  const array = await npyArray(memorySource(bytes), where);
  const [rows = 1, columns = 1] = array.shape;
  if (array.shape.length > 2 || columns !== 1)
    throw new InputError(`${where} holds [${array.shape.join(', ')}]; labels are [samples], one class each`);
  const data = convert(await array.readAll(), array.dataType, 'int32', (i) => `${where}, index ${i}`) as Int32Array;
  return data.subarray(0, rows);
}

const TITLES = /^(label|labels|class|class_?id|category|target|y)$/i;

function fromText(bytes: Uint8Array, csv: boolean, sampleNames: readonly string[] | null, where: string): Int32Array {
  const lines = new TextDecoder()
    .decode(bytes)
    .split(/\r\n|\n|\r/)
    .map((text, i) => ({ at: i + 1, cells: csv ? cellsOf(text) : [text.trim()] }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  if (lines.length === 0) return new Int32Array(0);
  const titles = csv && lines[0].cells.every((cell) => !isNumber(cell)) ? lines.shift()!.cells : undefined;
  const titled = titles?.findIndex((title) => TITLES.test(title)) ?? -1;
  const width = (titles ?? lines[0]?.cells ?? []).length;
  const column = titled >= 0 ? titled : width - 1;
  const files = sampleNames && width > 1 ? fileColumn(lines, width, column, sampleNames) : undefined;
  const labels = lines.map(({ cells, at }) => classOf(cells[column], at, where));
  if (files === undefined) return Int32Array.from(labels);

  const byFile = new Map<string, number>();
  lines.forEach(({ cells, at }, i) => {
    const key = baseName(cells[files]);
    if (byFile.has(key) && byFile.get(key) !== labels[i])
      throw new InputError(`${where}, line ${at}: ${quote(key)} has a second, different label`);
    byFile.set(key, labels[i]);
  });
  return Int32Array.from(sampleNames!, (name) => {
    const label = byFile.get(name);
    if (label === undefined) throw new InputError(`${where} has no label for ${quote(name)}`);
    return label;
  });
}

/** Cells of a line of CSV; quotes hold separators in, and double themselves. Cells with line breaks are not labels. */
function cellsOf(line: string): string[] {
  const cells = [''];
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '"') {
      if (quoted && line[i + 1] === '"') cells[cells.length - 1] += line[++i];
      else quoted = !quoted;
    } else if (!quoted && (c === ',' || c === ';' || c === '\t')) cells.push('');
    else cells[cells.length - 1] += c;
  }
  return cells.map((cell) => cell.trim());
}

const isNumber = (cell: string): boolean => cell !== '' && Number.isFinite(Number(cell));
const baseName = (file: string): string => file.split(/[/\\]/).at(-1)!;

/** The first column whose every cell names a sample's file, or else whose first does. */
function fileColumn(
  lines: readonly { readonly cells: readonly string[] }[],
  width: number,
  except: number,
  sampleNames: readonly string[],
): number | undefined {
  const known = new Set(sampleNames);
  for (let column = 0; column < width; column++)
    if (column !== except && lines.some(({ cells }) => cells[column] !== undefined && known.has(baseName(cells[column])))) return column;
  return undefined;
}

/** Classes are int32; `3.0`, as some spreadsheets write it, is 3. */
function classOf(cell: string | undefined, line: number, where: string): number {
  const label = cell === undefined || cell === '' ? NaN : Number(cell);
  if (!Number.isInteger(label) || Math.abs(label) > 0x7fffffff)
    throw new InputError(`${where}, line ${line}: ${quote(cell ?? '')} is no class (a whole number from 0)`);
  return label;
}
