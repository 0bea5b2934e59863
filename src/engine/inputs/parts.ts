import { joinAlong } from './arrays.js';
import { checkSampleRange, unusedNote } from './runs.js';
import type { Slots } from './slots.js';
import { InputError, type InputSet, type InputTensor, type InputTensors } from './types.js';

/** Samples of one file. */
export interface Part {
  readonly samples: number;
  /** 1 when runs can take only one sample of it. */
  readonly batch: 1 | null;
  /** Whether runs may take samples of this file and another. */
  readonly joinable: boolean;
  /** Equal for files whose samples have the same shapes. */
  readonly signature: string;
  readonly notes: readonly string[];
  read(start: number, end: number): Promise<InputTensors>;
  close(): Promise<void>;
}

/** A part that is not open: what is known of it, and how to open it. */
export type ClosedPart = Omit<Part, 'read' | 'close'> & { readonly open: () => Promise<Part> };

/** Files kept open for the reads that follow. */
const OPEN = 2;

/** Files one after the other as one set. Few are open at a time. */
export function joinParts(parts: readonly ClosedPart[], model: Slots, about: Pick<InputSet, 'source' | 'notes' | 'sampleNames'>): InputSet {
  const starts: number[] = [];
  let samples = 0;
  for (const part of parts) {
    starts.push(samples);
    samples += part.samples;
  }
  const seams = starts.filter(
    (_, i) => i > 0 && !(parts[i].joinable && parts[i - 1].joinable && parts[i].signature === parts[i - 1].signature),
  );
  const alone = parts.some(({ batch }) => batch === 1);
  if (alone && model.batch !== null && model.batch > 1)
    throw new InputError(`every run takes ${model.batch} samples, but ${about.source} holds inputs that can only be fed one at a time`);
  const set = { samples, seams, batch: alone ? 1 : model.batch, source: about.source };
  const unused = unusedNote(set);

  const open = new Map<number, Promise<Part>>();
  const opened = async (index: number): Promise<Part> => {
    let part = open.get(index);
    if (!part) {
      part = parts[index].open();
      open.set(index, part);
      part.catch(() => open.delete(index));
    }
    return part;
  };
  // reads take turns, so that no file is closed under one of them
  let last: Promise<unknown> = Promise.resolve();
  const read = async (start: number, end: number): Promise<InputTensors> => {
    const pieces: { tensors: InputTensors; samples: number }[] = [];
    for (let i = partAt(starts, start); i < parts.length && starts[i] < end; i++) {
      const [from, to] = [Math.max(start, starts[i]) - starts[i], Math.min(end - starts[i], parts[i].samples)];
      pieces.push({ tensors: await (await opened(i)).read(from, to), samples: to - from });
      for (const [index, part] of open) {
        if (open.size <= OPEN) break;
        open.delete(index);
        await (await part).close();
      }
    }
    return joinTensors(pieces, model);
  };

  return {
    ...set,
    evidence: 'data',
    names: model.slots.map(({ input }) => input.name),
    notes: [...about.notes, ...new Set(parts.flatMap(({ notes }) => notes)), ...(unused ? [unused] : [])],
    sampleNames: about.sampleNames,
    read(start, end) {
      checkSampleRange(set, start, end);
      const result = last.then(() => read(start, end));
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      await last;
      const closing = [...open.values()];
      open.clear();
      for (const part of await Promise.allSettled(closing)) if (part.status === 'fulfilled') await part.value.close();
    },
  };
}

/** The last part that starts at or before a sample. */
function partAt(starts: readonly number[], sample: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= sample) low = middle;
    else high = middle - 1;
  }
  return low;
}

function joinTensors(pieces: readonly { readonly tensors: InputTensors; readonly samples: number }[], { slots }: Slots): InputTensors {
  if (pieces.length === 1) return pieces[0].tensors;
  const joined: Record<string, InputTensor> = {};
  for (const { input, batchAxis, dataType } of slots) {
    const tensors = pieces.map((piece) => piece.tensors[input.name]);
    if (batchAxis === null) {
      joined[input.name] = tensors[0];
      continue;
    }
    const rows = pieces.map((piece) => piece.samples);
    const shape = tensors[0].shape.with(
      batchAxis,
      rows.reduce((a, b) => a + b, 0),
    );
    const data = joinAlong(
      dataType,
      tensors.map((tensor) => tensor.data),
      rows,
      shape,
      batchAxis,
    );
    joined[input.name] = { dataType, shape, data };
  }
  return joined;
}
