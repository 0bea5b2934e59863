/** The graph as a list: modules, and what is in the open ones. Says in words what the picture shows. */
import type { Hierarchy } from './hierarchy.js';

export interface OutlineRow {
  readonly id: number;
  /** 1 for what is directly in the model. */
  readonly level: number;
  /** Place among its siblings, from 1, and how many these are. */
  readonly position: number;
  readonly siblings: number;
}

/** The rows to show, top to bottom. */
export function outlineRows({ boxes, root }: Hierarchy, open: ReadonlySet<number>): OutlineRow[] {
  const rows: OutlineRow[] = [];
  const visit = (module: number, level: number): void => {
    const { children } = boxes[module];
    children.forEach((id, i) => {
      rows.push({ id, level, position: i + 1, siblings: children.length });
      if (open.has(id)) visit(id, level + 1);
    });
  };
  visit(root, 1);
  return rows;
}

export type OutlineMove = { readonly kind: 'choose' | 'toggle' | 'enter'; readonly id: number } | null;

/** What `key` does in a tree whose row `at` (−1: none) is chosen, as trees everywhere do. */
export function outlineKey(
  { boxes }: Hierarchy,
  open: ReadonlySet<number>,
  rows: readonly OutlineRow[],
  at: number,
  key: string,
  page: number,
): OutlineMove {
  const choose = (to: number): OutlineMove => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, to))];
    return row ? { kind: 'choose', id: row.id } : null;
  };
  const row = rows[at];
  const isModule = row && !boxes[row.id].point;
  switch (key) {
    case 'ArrowDown':
      return choose(at + 1);
    case 'ArrowUp':
      return choose(at < 0 ? 0 : at - 1);
    case 'PageDown':
      return choose(at + page);
    case 'PageUp':
      return choose(at - page);
    case 'Home':
      return choose(0);
    case 'End':
      return choose(rows.length - 1);
    case 'ArrowRight':
      if (!isModule) return null;
      return open.has(row.id) ? choose(at + 1) : { kind: 'toggle', id: row.id };
    case 'ArrowLeft': {
      if (!row) return null;
      if (isModule && open.has(row.id)) return { kind: 'toggle', id: row.id };
      const { parent } = boxes[row.id];
      return rows.some(({ id }) => id === parent) ? { kind: 'choose', id: parent } : null;
    }
    case 'Enter':
    case ' ':
      if (!row) return null;
      return { kind: isModule ? 'toggle' : 'enter', id: row.id };
    default:
      return null;
  }
}
