import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAnswerCache, questionKey } from '../../../../src/analysis/cache/answers.js';
import { pruneCache } from '../../../../src/analysis/cache/prune.js';

const KEY = 'a'.repeat(64);
const question = (n: number): string => questionKey('effect', { layer: n });

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'answers-'));
  file = path.join(folder, `${KEY}.answers`);
});
afterEach(() => rmSync(folder, { recursive: true }));

const reopened = (use: (cache: ReturnType<typeof openAnswerCache>) => void): void => {
  const cache = openAnswerCache(folder, KEY);
  use(cache);
  cache.close();
};

describe('a cache of answers', () => {
  it('gives back what was put, bit by bit, when it is opened again', () => {
    const answer = {
      a: -0,
      b: NaN,
      c: [Infinity, -Infinity, 5e-324, null, undefined],
      d: new Float32Array([1, -0]),
      e: 'é',
      f: new Map([[1, 2]]),
    };
    reopened((cache) => cache.put(question(1), answer));
    reopened((cache) => {
      expect(cache.get(question(1))).toEqual(answer);
      expect(Object.is((cache.get(question(1)) as typeof answer).a, -0)).toBe(true);
      expect(cache.get(question(2))).toBeUndefined();
    });
  });

  it('loses nothing but the last answer when it is cut off anywhere, and goes on after it', () => {
    const answers = [{ sqnrDb: 31.5 }, { sqnrDb: null }, { outputs: [1, 2, 3] }];
    reopened((cache) => answers.forEach((answer, i) => cache.put(question(i), answer)));
    const whole = readFileSync(file);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), (length) => {
        writeFileSync(file, whole.subarray(0, length));
        const kept = whole.subarray(0, length).filter((byte) => byte === 10).length;
        reopened((cache) => {
          answers.forEach((answer, i) => expect(cache.get(question(i))).toEqual(i < kept ? answer : undefined));
          cache.put(question(9), 'later');
        });
        reopened((cache) => {
          answers.slice(0, kept).forEach((answer, i) => expect(cache.get(question(i))).toEqual(answer));
          expect(cache.get(question(9))).toBe('later');
        });
      }),
      { numRuns: 60 },
    );
  });

  it('passes over what is no answer', () => {
    reopened((cache) => cache.put(question(1), 1));
    appendFileSync(file, `nonsense\n${question(2)} AAAA\n${question(3)} *\n\n`);
    reopened((cache) => {
      expect(cache.get(question(1))).toBe(1);
      expect([2, 3].map((n) => cache.get(question(n)))).toEqual([undefined, undefined]);
    });
  });

  it('forgets when it is told to, for good', () => {
    reopened((cache) => {
      cache.put(question(1), 1);
      cache.clear();
      expect(cache.get(question(1))).toBeUndefined();
      cache.put(question(2), 2);
    });
    reopened((cache) => expect([1, 2].map((n) => cache.get(question(n)))).toEqual([undefined, 2]));
  });

  it('keeps answers from others, and works without a folder it can write to', () => {
    reopened((cache) => cache.put(question(1), 1));
    expect(statSync(file).mode & 0o077).toBe(0);
    const cache = openAnswerCache(path.join(file, 'below'), KEY);
    cache.put(question(1), 1);
    expect(cache.get(question(1))).toBeUndefined();
    cache.close();
  });
});

describe('pruning', () => {
  const name = (n: number): string => `${n.toString(16).repeat(64)}.answers`;
  const put = (n: number, bytes: number, daysAgo: number): void => {
    writeFileSync(path.join(folder, name(n)), Buffer.alloc(bytes));
    const when = new Date(Date.now() - daysAgo * 24 * 3600e3);
    utimesSync(path.join(folder, name(n)), when, when);
  };

  it('removes what is old, then what was used longest ago, never the file in use nor what is not its own', () => {
    put(1, 10, 100);
    put(2, 40, 3);
    put(3, 40, 2);
    put(4, 40, 1);
    put(5, 10, 200);
    writeFileSync(path.join(folder, 'mine.txt'), Buffer.alloc(1000));
    pruneCache(folder, name(5), { bytes: 100, age: 30 * 24 * 3600e3 });
    expect(readdirSync(folder).sort()).toEqual([name(3), name(4), name(5), 'mine.txt'].sort());
  });
});
