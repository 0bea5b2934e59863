/** What layers are told by. */
export interface MatchedLayer {
  readonly name: string;
  /** Null where it is not known. */
  readonly op: string | null;
  readonly shape: readonly number[] | null;
}

/** How two layers were found to be the same. */
export type MatchedBy = 'name' | 'shape' | 'position';

/** Indices of two layers that are the same one, or of one that the other side does not have. */
export interface Match {
  readonly a: number | null;
  readonly b: number | null;
  /** Null for a layer without a partner. */
  readonly by: MatchedBy | null;
}

/**
 * Pairs the layers of two models: first those of one name; of the rest those of one operator and shape, in their order; of the rest those of one operator that
 * follow, or else precede, the same pair. Each layer is in one match exactly. The order is that of `a`; what only `b` has stands behind what it follows there.
 */
export function matchLayers(a: readonly MatchedLayer[], b: readonly MatchedLayer[]): Match[] {
  const partners = new Map<number, { readonly b: number; readonly by: MatchedBy }>();
  const taken = new Map<number, number>();
  const pair = (by: MatchedBy, keyA: (i: number) => string | null, keyB: (i: number) => string | null, backwards = false): void => {
    const order = (layers: readonly unknown[], used: ReadonlyMap<number, unknown>): number[] => {
      const free = [...layers.keys()].filter((i) => !used.has(i));
      return backwards ? free.reverse() : free;
    };
    const waiting = new Map<string, number[]>();
    for (const i of order(b, taken)) {
      const key = keyB(i);
      if (key === null) continue;
      const queue = waiting.get(key);
      if (queue) queue.push(i);
      else waiting.set(key, [i]);
    }
    const next = new Map<string, number>();
    const found: [number, number][] = [];
    for (const i of order(a, partners)) {
      const key = keyA(i);
      if (key === null) continue;
      const turn = next.get(key) ?? 0;
      const partner = waiting.get(key)?.[turn];
      next.set(key, turn + 1);
      if (partner !== undefined) found.push([i, partner]);
    }
    // Keys tell what was paired before: they must not change in between.
    for (const [i, partner] of found) {
      partners.set(i, { b: partner, by });
      taken.set(partner, i);
    }
  };

  pair(
    'name',
    (i) => `=${a[i].name}`,
    (i) => `=${b[i].name}`,
  );
  pair(
    'shape',
    (i) => shapeKey(a[i]),
    (i) => shapeKey(b[i]),
  );
  for (const step of [-1, 1]) {
    pair(
      'position',
      (i) => placeKey(a, i, step, (other) => partners.get(other)?.b),
      (i) => placeKey(b, i, step, (other) => (taken.has(other) ? other : undefined)),
      step === 1,
    );
  }
  return inOrder(a.length, b.length, partners, taken);
}

function shapeKey({ op, shape }: MatchedLayer): string | null {
  return op === null || shape === null ? null : JSON.stringify([op, shape]);
}

/** The operator, and the nearest pair in front (or behind), by its index in `b`. */
function placeKey(layers: readonly MatchedLayer[], i: number, step: number, pairOf: (i: number) => number | undefined): string | null {
  const { op } = layers[i];
  if (op === null) return null;
  for (let other = i + step; other in layers; other += step) {
    const pair = pairOf(other);
    if (pair !== undefined) return JSON.stringify([op, pair]);
  }
  return JSON.stringify([op, null]);
}

function inOrder(
  lengthA: number,
  lengthB: number,
  partners: ReadonlyMap<number, { readonly b: number; readonly by: MatchedBy }>,
  taken: ReadonlyMap<number, number>,
): Match[] {
  const behind = new Map<number, number[]>();
  let last = -1;
  for (let i = 0; i < lengthB; i++) {
    const partner = taken.get(i);
    if (partner === undefined) (behind.get(last) ?? behind.set(last, []).get(last)!).push(i);
    else last = partner;
  }
  const onlyB = (i: number): Match[] => (behind.get(i) ?? []).map((b) => ({ a: null, b, by: null }));
  return [
    ...onlyB(-1),
    ...Array.from({ length: lengthA }, (_, i) => {
      const partner = partners.get(i);
      return [{ a: i, b: partner?.b ?? null, by: partner?.by ?? null }, ...onlyB(i)];
    }).flat(),
  ];
}
