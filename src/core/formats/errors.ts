/** A scheme that cannot be read. The message is one line: which part, what it was, what to write instead. */
export class SchemeError extends Error {
  override readonly name = 'SchemeError';
  constructor(
    readonly part: 'format' | 'granularity' | 'clipping' | 'rounding' | 'scheme',
    readonly found: string,
    problem: string,
    readonly suggestion: string | null = null,
  ) {
    super(`${part} "${clean(found)}" ${problem}${suggestion === null ? '' : `; did you mean "${suggestion}"?`}`);
  }
}

/** A name fit for one line: no control characters, not endless. */
function clean(text: string): string {
  const visible = text.replace(/\p{C}/gu, '?');
  return visible.length > 60 ? `${visible.slice(0, 60)}…` : visible;
}

/** Levenshtein distance. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}

/** The candidate with the smallest edit distance to `text`; the first of equals. Null when there are none. */
export function nearest(text: string, candidates: Iterable<string>): string | null {
  const start = text.slice(0, 60);
  let best: string | null = null;
  let least = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(start, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}
