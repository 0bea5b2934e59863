/** Which files a string may mean. Pure: nothing is looked at on disk. */
import { isModelPath } from '../models/files.js';

export interface Surroundings {
  /** Path of the folder the document is in, with forward slashes; undefined for a document that is nowhere yet. */
  readonly folder: string | undefined;
  /** Paths of the workspace's folders, with forward slashes. */
  readonly workspace: readonly string[];
  /** Whether a path from the root of the disk may be looked up: a workspace that is not trusted could use it to learn what is there. */
  readonly absolute: boolean;
}

/** No file system has longer paths that people write down. */
const MAX_LENGTH = 1024;

const isAbsolute = (path: string): boolean => /^(\/|[a-z]:\/)/i.test(path);

/** `path` without `.` and `..`; undefined when it leads above its root. */
function normalize(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') {
      if (parts.length <= 1) return undefined;
      parts.pop();
    } else if (part !== '.' && (part !== '' || parts.length === 0)) parts.push(part);
  }
  return parts.join('/');
}

const isInside = (path: string, folder: string): boolean => path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

/**
 * Paths `text` may mean, likeliest first: from the document's folder, from each workspace folder (also when it begins with `/`, as web
 * projects write paths from their root), and, where allowed, from the root of the disk. A relative path stays inside the workspace, or inside
 * the document's folder where the document is outside of it. URLs and network shares are never looked up.
 */
export function candidates(text: string, { folder, workspace, absolute }: Surroundings): readonly string[] {
  const path = text.replaceAll('\\', '/');
  if (
    path.length > MAX_LENGTH ||
    !isModelPath(path) ||
    path.startsWith('//') ||
    /^[a-z][a-z0-9+.-]+:/i.test(path) ||
    /\p{Cc}/u.test(path)
  ) {
    return [];
  }
  const drive = /^[a-z]:/i.test(path);
  if (drive && !isAbsolute(path)) return [];
  const rooted = isAbsolute(path);
  const bases = [...(rooted || folder === undefined ? [] : [folder]), ...(drive ? [] : workspace)];
  const confines =
    workspace.some((root) => folder !== undefined && isInside(`${folder}/`, root)) || folder === undefined
      ? workspace
      : [...workspace, folder];
  const relative = bases
    .flatMap((base) => normalize(`${base}/${path}`) ?? [])
    .filter((one) => confines.some((root) => isInside(one, root)));
  const fromDisk = rooted && absolute ? [normalize(path) ?? []].flat() : [];
  return [...new Set([...relative, ...fromDisk])];
}
