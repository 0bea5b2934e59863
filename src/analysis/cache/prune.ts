import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

/** What a folder of answers may hold. */
export interface CacheLimits {
  /** Bytes of all files together. */
  readonly bytes: number;
  /** Milliseconds since a file was last used. */
  readonly age: number;
}

export const CACHE_LIMITS: CacheLimits = { bytes: 2 ** 28, age: 30 * 24 * 3600e3 };

/** Files this cache makes: everything else in the folder is somebody else's. */
const OWN = /^[0-9a-f]{64}\.answers$/;

/** Removes what was not used for long, then what was used longest ago until the rest is within the limits. @param keep the file in use */
export function pruneCache(folder: string, keep: string, { bytes, age }: CacheLimits = CACHE_LIMITS): void {
  const files = readdirSync(folder)
    .filter((name) => OWN.test(name) && name !== keep)
    .flatMap((name) => {
      const file = path.join(folder, name);
      const found = statSync(file, { throwIfNoEntry: false });
      return found?.isFile() ? [{ file, size: found.size, used: found.mtimeMs }] : [];
    })
    .sort((a, b) => b.used - a.used);
  let total = 0;
  for (const { file, size, used } of files) {
    total += size;
    // Another run may hold it open, which some systems do not take: then it goes next time.
    if (total > bytes || Date.now() - used > age) rmSync(file, { force: true, maxRetries: 0 });
  }
}
