interface Releasable {
  release(): Promise<void>;
}

/** Opens by number and keeps open what was used last. */
export function keptOpen<T extends Releasable>(
  most: number,
  open: (key: number) => Promise<T>,
): ((key: number) => Promise<T>) & { close(): Promise<void> } {
  const opened = new Map<number, T>();
  const get = async (key: number): Promise<T> => {
    const found = opened.get(key) ?? (await open(key));
    opened.delete(key);
    opened.set(key, found);
    for (const [oldest, value] of opened) {
      if (opened.size <= most) break;
      opened.delete(oldest);
      await value.release();
    }
    return found;
  };
  const close = async (): Promise<void> => {
    for (const value of opened.values()) await value.release();
    opened.clear();
  };
  return Object.assign(get, { close });
}
