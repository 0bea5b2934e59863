/** Something shared, in use until `dispose`. */
export interface Lease<T> {
  readonly value: T;
  dispose(): void;
}

export interface Leases<T> {
  /** The value under `key`, made by the first who asks. */
  acquire(key: string): Lease<T>;
  /** The value under `key`, if it is in use or in its grace. */
  peek(key: string): T | undefined;
  /** All values in use or in their grace. */
  entries(): IterableIterator<[string, T]>;
  /** Ends all values at once, in use or not. */
  dispose(): Promise<void>;
}

interface Entry<T> {
  readonly value: T;
  users: number;
  closer?: NodeJS.Timeout | undefined;
}

/**
 * Values that are shared by key, counted, and ended `graceMs` after their last user left: an editor that is merely moved
 * to another group closes and opens within it.
 */
export function leases<T>(make: (key: string) => T, end: (value: T) => Promise<void>, graceMs: number): Leases<T> {
  const entries = new Map<string, Entry<T>>();
  const close = (key: string, entry: Entry<T>): Promise<void> => {
    clearTimeout(entry.closer);
    entries.delete(key);
    return end(entry.value);
  };
  return {
    acquire(key) {
      const entry = entries.get(key) ?? { value: make(key), users: 0 };
      entries.set(key, entry);
      clearTimeout(entry.closer);
      entry.users++;
      let held = true;
      return {
        value: entry.value,
        dispose() {
          if (!held) return;
          held = false;
          if (--entry.users === 0 && entries.get(key) === entry) entry.closer = setTimeout(() => void close(key, entry), graceMs);
        },
      };
    },
    peek: (key) => entries.get(key)?.value,
    *entries() {
      for (const [key, { value }] of entries) yield [key, value];
    },
    async dispose() {
      await Promise.all([...entries].map(([key, entry]) => close(key, entry)));
    },
  };
}
