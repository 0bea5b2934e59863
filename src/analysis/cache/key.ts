import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { fileSource } from '../../model/fileSource.js';
import type { ByteSource, OpenSibling } from '../../model/types.js';
import type { RunSettings } from '../../report/runSettings.js';
import { VERSION } from '../../report/version.js';
import { sha256 } from '../sha256.js';
import { BUILD } from './build.js';

/** Files beside a model, and what was opened of them. */
export function recording(siblings: OpenSibling): { readonly siblings: OpenSibling; readonly opened: ReadonlyMap<string, ByteSource> } {
  const opened = new Map<string, ByteSource>();
  return {
    opened,
    async siblings(name) {
      const source = await siblings(name);
      opened.set(name, source);
      return source;
    },
  };
}

/**
 * What the answers of engines depend on beside the question: the bytes of the model, of the files beside it, of inputs and labels, the
 * settings that change what is run, this build and this processor. 64 hexadecimal digits.
 */
export async function runKey(
  model: { readonly sha256: string; readonly beside: ReadonlyMap<string, ByteSource> },
  { inputs, labels, samples, seed, images, dims, classes, memoryBudget, backend }: RunSettings,
  signal: AbortSignal,
): Promise<string> {
  const beside: string[][] = [];
  for (const [name, source] of [...model.beside].sort(([a], [b]) => (a < b ? -1 : 1))) beside.push([name, await sha256(source, signal)]);
  const told = {
    build: [VERSION, BUILD],
    processor: [process.arch, cpus()[0]?.model ?? ''],
    model: [model.sha256, beside],
    seed,
    inputs: inputs === null ? 'generated' : { files: await fingerprint(inputs, signal), images: sorted(images) },
    labels: labels === null ? null : await fingerprint(labels, signal),
    samples,
    dims: sorted(dims),
    classes,
    memoryBudget,
    backend,
  };
  return createHash('sha256').update(JSON.stringify(told)).digest('hex');
}

const sorted = (values: object): readonly (readonly [string, unknown])[] => Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));

/** Names and contents of a file, or of the files in a folder. */
async function fingerprint(place: string, signal: AbortSignal): Promise<readonly (readonly [string, string])[]> {
  if (!(await stat(place)).isDirectory()) return [[path.basename(place), await contents(place, signal)]];
  const entries = await readdir(place, { withFileTypes: true });
  const names = entries.flatMap((entry) => (entry.isDirectory() ? [] : [entry.name])).sort();
  const found: (readonly [string, string])[] = [];
  for (const name of names) found.push([name, await contents(path.join(place, name), signal)]);
  return found;
}

async function contents(file: string, signal: AbortSignal): Promise<string> {
  const source = await fileSource(file);
  try {
    return await sha256(source, signal);
  } finally {
    await source.close();
  }
}
