import type { Hierarchy } from './hierarchy.js';

/** Nodes whose name or operator contains `text`, whatever the case; none for an empty text. */
export function search({ graph: { nodes } }: Hierarchy, text: string): readonly number[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  const found: number[] = [];
  nodes.forEach(({ name, op }, id) => {
    if (name.toLowerCase().includes(wanted) || op.toLowerCase().includes(wanted)) found.push(id);
  });
  return found;
}
