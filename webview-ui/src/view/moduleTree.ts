/** Things with paths, put into the modules that the paths tell of. */
import { withoutSeparator } from './modulePath.js';

/** A module: what is directly inside, in the order it came; numbers stand for the things themselves. */
export interface ModuleTree {
  /** What it is called inside the module around it. */
  readonly label: string;
  /** Its path in the whole model. */
  readonly key: string;
  readonly entries: readonly Entry[];
}

export type Entry = ModuleTree | Leaf;

export interface Leaf {
  readonly index: number;
  /** What it is called inside the module around it. */
  readonly label: string;
}

export const isLeaf = (entry: Entry): entry is Leaf => 'index' in entry;

interface Branch {
  readonly part: string;
  readonly key: string;
  readonly branches: Map<string, Branch>;
  entries: (Branch | number)[];
}

const branch = (part: string, key: string): Branch => ({ part, key, branches: new Map(), entries: [] });

function grow(paths: Iterable<readonly [index: number, path: readonly string[]]>): Branch {
  const root = branch('', '');
  for (const [index, path] of paths) {
    let at = root;
    for (const part of path.slice(0, -1)) {
      let next = at.branches.get(part);
      if (!next) {
        next = branch(part, at.key + part);
        at.branches.set(part, next);
        at.entries.push(next);
      }
      at = next;
    }
    at.entries.push(index);
  }
  return root;
}

/** Things that are called like a module go into it, behind what is in it. */
function adopt(root: Branch, names: ReadonlyMap<string, number>): void {
  const homes = new Map<number, Branch>();
  const find = (at: Branch): void => {
    const index = names.get(at.key);
    if (index !== undefined && at !== root) homes.set(index, at);
    at.branches.forEach(find);
  };
  find(root);
  const move = (at: Branch): void => {
    at.entries = at.entries.filter((entry) => {
      const home = typeof entry === 'number' ? homes.get(entry) : undefined;
      if (!home || home === at) return true;
      home.entries.push(entry);
      return false;
    });
    at.branches.forEach(move);
  };
  move(root);
}

/**
 * The modules of things with `paths`, parts as of `modulePath`. Modules that hold a single thing are merged with it, so that none has to be
 * opened in vain, and the one around everything is left out. A thing that may run others, and is called like their module, goes into it.
 */
export function moduleTree(
  paths: readonly (readonly [index: number, path: readonly string[]])[],
  mayRunOthers: (index: number) => boolean = () => true,
): ModuleTree {
  const root = grow(paths);
  adopt(root, new Map(paths.flatMap(([index, path]) => (mayRunOthers(index) ? [[path.join(''), index] as const] : []))));
  const own = new Map(paths.map(([index, path]) => [index, path.at(-1) ?? '']));
  const simplify = (entry: Branch | number, before: string): Entry => {
    if (typeof entry === 'number') return { index: entry, label: withoutSeparator(before + own.get(entry)!) };
    const label = before + entry.part;
    if (entry.entries.length === 1) return simplify(entry.entries[0], label);
    return { label: withoutSeparator(label), key: entry.key, entries: entry.entries.map((inner) => simplify(inner, '')) };
  };
  let top = root;
  while (top.entries.length === 1 && typeof top.entries[0] !== 'number') top = top.entries[0];
  // of a module that is left out, what is only numbered in it keeps the name: `block.0`
  const named = (entry: Branch | number): string =>
    top !== root && /^\W*\d+$/.test(typeof entry === 'number' ? own.get(entry)! : entry.part) ? top.part : '';
  return { label: '', key: '', entries: top.entries.map((entry) => simplify(entry, named(entry))) };
}
