import path from 'node:path';
import { quote } from '../../model/quote.js';
import type { ValueInfo } from '../../model/types.js';
import { openArrayFile } from './arrayFiles.js';
import { checkDims, type DimValues } from './dims.js';
import { kindOfFile, listFolder, type Folder } from './folder.js';
import { imageParts } from './images/part.js';
import type { ImageSettings } from '../../report/runSettings.js';
import { count } from './messages.js';
import { joinParts, type ClosedPart } from './parts.js';
import { limitSamples } from './runs.js';
import { slotsOf, type Slots } from './slots.js';
import { kindOfPath } from './source.js';
import { InputError, type InputSet } from './types.js';

export interface OpenOptions {
  /** Take the first so many samples; all when left out. */
  readonly samples?: number;
  readonly images?: ImageSettings;
  /** Numbers for named dims of inputs that are not given. */
  readonly dims?: DimValues;
}

/**
 * The user's inputs for a model: a `.npy`, a `.npz`, an image, or a folder of one of these kinds, sorted naturally. The names and shapes of
 * all files are checked here; values are read, converted and checked when a run needs them.
 * @throws InputError in one line: which input, expected, found.
 */
export async function openInputs(file: string, inputs: readonly ValueInfo[], options: OpenOptions = {}): Promise<InputSet> {
  const model = slotsOf(inputs);
  checkDims(model, options.dims ?? {});
  const name = path.basename(file);
  const found = (await kindOfPath(file)) === 'folder' ? await listFolder(file) : singleFile(file);
  const { parts, notes } = await partsOf(found, model, options);
  const single = parts.every(({ samples }) => samples === 1);
  const set = joinParts(parts, model, {
    source: name,
    notes: [...notes, ...(found.others > 0 ? [`${count(found.others, 'other file')} in ${quote(name)} passed over`] : [])],
    sampleNames: single && found.files.length > 1 ? found.files.map((path_) => path.basename(path_)) : null,
  });
  return options.samples === undefined ? set : limitSamples(set, options.samples);
}

function singleFile(file: string): Folder {
  const kind = kindOfFile(file);
  if (!kind) throw new InputError(`${quote(path.basename(file))} is no inputs: give a .npy, a .npz, a .png, a .jpg or a folder of them`);
  return { kind, files: [file], others: 0 };
}

async function partsOf(
  { kind, files }: Folder,
  model: Slots,
  { images, dims = {} }: OpenOptions,
): Promise<{ parts: ClosedPart[]; notes: readonly string[] }> {
  if (kind === 'image') {
    const { part, notes } = imageParts(model, images ?? {}, dims);
    return { parts: files.map(part), notes };
  }
  const parts: ClosedPart[] = [];
  for (const file of files) {
    const open = (): ReturnType<typeof openArrayFile> => openArrayFile(file, model, dims);
    const part = await open();
    await part.close();
    const { samples, batch, joinable, signature, notes } = part;
    parts.push({ samples, batch, joinable, signature, notes, open });
  }
  const unused = images && Object.keys(images).length > 0;
  return { parts, notes: unused ? ['these inputs are no images: what was set for images is not used'] : [] };
}
