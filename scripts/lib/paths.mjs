import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const inRoot = (...parts) => path.join(root, ...parts);

/** Where things that outlive a checkout are kept: the editor that start and the tests fetch. */
export const cache = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'precision-lens');
