import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, fstatSync, mkdirSync, openSync, readFileSync, utimesSync, writeSync } from 'node:fs';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { CACHE_LIMITS, pruneCache } from './prune.js';

/** What engines answered before, so that a run that was cut short goes on where it was. */
export interface AnswerCache {
  /** The answer to a question, as it came from the engine; undefined when it was not asked yet. */
  get(question: string): unknown;
  put(question: string, answer: unknown): void;
  /** Forgets everything. */
  clear(): void;
  close(): void;
}

/** Remembers nothing. */
export const noCache: AnswerCache = { get: () => undefined, put: () => undefined, clear: () => undefined, close: () => undefined };

/** The name a question goes by. */
export const questionKey = (method: string, params: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([method, params]))
    .digest('hex')
    .slice(0, 32);

/**
 * The answers in one file of a folder, which is made when it is missing. An answer is a line that is appended at once, so that a crash loses at most
 * the one being written: a line without its end does not count. The folder is kept within limits. Nothing here fails: what cannot be
 * read or written is not remembered.
 * @param key of the run, 64 hexadecimal digits: what its answers depend on beside the question
 */
export function openAnswerCache(folder: string, key: string): AnswerCache {
  const name = `${key}.answers`;
  const file = path.join(folder, name);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    pruneCache(folder, name);
    return onFile(file);
  } catch {
    return noCache;
  }
}

function onFile(file: string): AnswerCache {
  const descriptor = openSync(file, 'a', 0o600);
  const now = new Date();
  utimesSync(file, now, now);
  const text = readFileSync(file, 'latin1');
  const answers = new Map(lines(text));
  // A torn line ends here, so that the next one stands by itself.
  let pending = text === '' || text.endsWith('\n') ? '' : '\n';
  let room = CACHE_LIMITS.bytes - fstatSync(descriptor).size;
  let writable = true;
  return {
    get(question) {
      const line = answers.get(question);
      if (line === undefined) return undefined;
      try {
        return deserialize(Buffer.from(line, 'base64')) as unknown;
      } catch {
        return undefined;
      }
    },
    put(question, answer) {
      const line = serialize(answer).toString('base64');
      answers.set(question, line);
      const bytes = Buffer.from(`${pending}${question} ${line}\n`, 'latin1');
      if (!writable || bytes.length > room) return;
      try {
        writeSync(descriptor, bytes);
        pending = '';
        room -= bytes.length;
      } catch {
        writable = false;
      }
    },
    clear() {
      answers.clear();
      try {
        ftruncateSync(descriptor);
      } catch {
        writable = false;
      }
    },
    close() {
      writable = false;
      closeSync(descriptor);
    },
  };
}

/** The whole lines of a file: a question and its answer each. */
function lines(text: string): (readonly [string, string])[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .flatMap((line) => {
      const found = /^([0-9a-f]{32}) ([0-9A-Za-z+/=]+)$/.exec(line);
      return found ? [[found[1], found[2]] as const] : [];
    });
}
