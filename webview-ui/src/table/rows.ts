/** What the table shows, top to bottom: layers, and, where these are grouped, the modules that they are in. */
import type { LayerReport } from '../../../src/report/types.js';
import { modulePath } from '../view/modulePath.js';
import { isLeaf, moduleTree, type Entry } from '../view/moduleTree.js';

export interface LayerRow {
  readonly kind: 'layer';
  /** Index into the report's layers. */
  readonly layer: number;
  /** What it is called inside its module; the whole name where layers are not grouped. */
  readonly label: string;
  /** Modules around it that have rows. */
  readonly depth: number;
}

export interface GroupRow {
  readonly kind: 'group';
  readonly label: string;
  /** Path of the module. */
  readonly key: string;
  readonly depth: number;
  readonly open: boolean;
  /** All layers in it that are shown when everything is open. */
  readonly layers: readonly number[];
}

export type TableRow = LayerRow | GroupRow;

/** Rows of `order`, not grouped. */
export const plainRows = (layers: readonly LayerReport[], order: readonly number[]): readonly TableRow[] =>
  order.map((layer) => ({ kind: 'layer', layer, label: layers[layer].name, depth: 0 }));

/**
 * Rows of `order` by module. A module stands where its first layer would, so that a sorted table stays sorted by what is at the top of each.
 * @param closed paths of the modules whose layers are not shown
 */
export function groupedRows(layers: readonly LayerReport[], order: readonly number[], closed: ReadonlySet<string>): readonly TableRow[] {
  const tree = moduleTree(order.map((layer) => [layer, modulePath(layers[layer].name, layers[layer].op)]));
  const rows: TableRow[] = [];
  const layersIn = (entry: Entry): readonly number[] => (isLeaf(entry) ? [entry.index] : entry.entries.flatMap(layersIn));
  const visit = (entries: readonly Entry[], depth: number): void => {
    for (const entry of entries) {
      if (isLeaf(entry)) {
        rows.push({ kind: 'layer', layer: entry.index, label: entry.label, depth });
        continue;
      }
      const open = !closed.has(entry.key);
      rows.push({ kind: 'group', label: entry.label, key: entry.key, depth, open, layers: layersIn(entry) });
      if (open) visit(entry.entries, depth + 1);
    }
  };
  visit(tree.entries, 0);
  return rows;
}

/** Paths of all modules of `layers`, for closing them all. */
export function moduleKeys(layers: readonly LayerReport[]): readonly string[] {
  const order = layers.map((_, i) => i);
  return groupedRows(layers, order, new Set()).flatMap((row) => (row.kind === 'group' ? [row.key] : []));
}
