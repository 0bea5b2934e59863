import path from 'node:path';
import { encodingWriters, qdqLayers, qdqModel, reportWriters } from '../exporters/index.js';
import type { ModelInput } from '../analysis/pipeline.js';
import type { ExportFormat } from '../report/exportFormat.js';
import type { Plan } from '../report/plan.js';
import type { Report } from '../report/types.js';
import type { Exported, ExportTarget } from '../rpc/worker.js';
import { ownedBy, writeTogether, type Content } from './writeFiles.js';

/** What would be written belongs to the model that is open. */
class OverwritingError extends Error {
  override readonly name = 'FileError';
}

export interface ExportJob {
  readonly as: ExportFormat;
  readonly plan: Plan;
  /** What reports are written from. */
  readonly report: Report;
  readonly target: ExportTarget;
  /** Path of the model; null when it is not on disk. */
  readonly model: string | null;
}

interface Made {
  /** Beside the target when its name has more to it; in the order they are written. */
  readonly files: readonly { readonly suffix: string; readonly content: Content }[];
  readonly notes: readonly string[];
}

async function make(input: ModelInput, { as, plan, report, target }: ExportJob): Promise<Made> {
  const text = (content: string, notes: readonly string[] = []): Made => ({ files: [{ suffix: '', content }], notes });
  if (as === 'plan') return text(`${JSON.stringify(plan, null, 2)}\n`);
  if (Object.hasOwn(reportWriters, as)) return text(reportWriters[as]({ report, plan }));
  if (Object.hasOwn(encodingWriters, as)) {
    const made = await encodingWriters[as](input.source, input.siblings, qdqLayers(plan));
    return text(made.text, made.notes);
  }
  const name = 'path' in target ? path.basename(target.path) : target.name;
  const { model, data, notes } = await qdqModel(input.source, input.siblings, qdqLayers(plan), { dataFile: `${name}.data` });
  return {
    // the data first: a model without it would not load
    files: [...(data ? [{ suffix: '.data', content: data.read() }] : []), { suffix: '', content: model.read() }],
    notes,
  };
}

async function bytesOf(content: Content): Promise<Uint8Array> {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part.slice());
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Writes a plan, or a report with it, to the target; never over a file of the model.
 * @throws ExportError when the format cannot say what the plan asks for, FileError when a file of the model would be written over
 */
export async function exportTo(input: ModelInput, job: ExportJob, signal: AbortSignal): Promise<Exported> {
  const { model, target } = job;
  const beside: string[] = [];
  const watched: ModelInput = {
    ...input,
    siblings(name) {
      if (model !== null) beside.push(path.join(path.dirname(model), name));
      return input.siblings(name);
    },
  };
  const { files, notes } = await make(watched, job);
  signal.throwIfAborted();
  if (!('path' in target))
    return { notes, files: await Promise.all(files.map(async ({ suffix, content }) => ({ suffix, bytes: await bytesOf(content) }))) };
  const written = files.map(({ suffix, content }) => ({ file: `${target.path}${suffix}`, content }));
  const owned = await ownedBy(
    written.map(({ file }) => file),
    model === null ? [] : [model, ...beside],
  );
  if (owned !== null) throw new OverwritingError(`${path.basename(owned)} belongs to the model that is open; choose another name`);
  await writeTogether(written, signal);
  return { notes, files: [] };
}
