/** Which layers the table shows, and in which order. A row is the layer's index in the report. */
import { keptDb } from '../../../src/report/advice.js';
import type { LayerReport } from '../../../src/report/types.js';
import { fields } from '../table/fields.js';
import { matches } from '../table/query/match.js';
import { parseQuery } from '../table/query/parse.js';
import { effectOf } from './effects.js';
import { bestAt, rank, type Basis } from './schemes.js';

export interface Sort {
  /** Id of a column. */
  readonly column: string;
  readonly descending: boolean;
}

type Key = string | number | null;

/** What a column sorts by; null is unknown and always comes last. */
export const sortKeys: Readonly<Record<string, (layer: LayerReport) => Key>> = {
  layer: ({ name }) => name,
  op: ({ op }) => op,
  shape: ({ shape }) => shape.reduce((product, size) => product * size, 1),
  parameters: ({ parameters }) => parameters,
  macs: ({ macs }) => macs,
  weights: ({ weightStats }) => weightStats?.kurtosis ?? null,
  suggested: ({ advice }) => advice?.bits ?? null,
  clip: ({ advice }) => (advice ? advice.clip.hi - advice.clip.lo : null),
  sqnr: ({ advice }) => (advice ? rank(advice.sqnrDb) : null),
  effect: (layer) => {
    const effect = effectOf(layer);
    return effect ? rank(effect.outputSqnrDb) : null;
  },
  causes: ({ findings }) =>
    findings === undefined || findings.length === 0 ? null : Math.max(...findings.map(({ gainDb }) => gainDb ?? 0)),
  inputs: ({ activationStats }) => activationStats?.input?.kurtosis ?? null,
  inputRange: ({ activationStats }) => (activationStats?.input ? activationStats.input.max - activationStats.input.min : null),
};

const heatKey = (bits: number, basis: Basis) => (layer: LayerReport) => {
  const best = bestAt(layer, bits, basis);
  return best ? rank(best.sqnrDb) : null;
};

const collator = new Intl.Collator(undefined, { numeric: true });

function compare(a: Key, b: Key): number {
  if (typeof a === 'number' && typeof b === 'number') return a === b ? 0 : a - b;
  return collator.compare(String(a), String(b));
}

/**
 * Indices of the layers that `filter` asks for, see table/query/parse.ts, sorted by `sort`; without a sort in the order of the model. Layers that are equal keep that order too. SQNR by bits is that of `basis`.
 */
export function visibleRows(layers: readonly LayerReport[], filter: string, sort: Sort | null, basis: Basis = 'weights'): number[] {
  const query = parseQuery(filter, fields());
  const rows: number[] = [];
  layers.forEach((layer, index) => {
    if (matches(query, layer, index)) rows.push(index);
  });
  if (!sort) return rows;
  if (sort.column === 'index') return sort.descending ? rows.reverse() : rows;
  const bits = /^bits:(\d+)$/.exec(sort.column)?.[1];
  const keyOf = bits === undefined ? sortKeys[sort.column] : heatKey(Number(bits), basis);
  if (!keyOf) return rows;
  const keys = new Map(rows.map((row) => [row, keyOf(layers[row])]));
  const sign = sort.descending ? -1 : 1;
  return rows.sort((i, j) => {
    const a = keys.get(i) ?? null;
    const b = keys.get(j) ?? null;
    if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0) || i - j;
    return sign * compare(a, b) || i - j;
  });
}

/** The sort after a click on `column`: its first direction, then the other, then the model's order again. */
export function nextSort(sort: Sort | null, column: string, firstDescending: boolean): Sort | null {
  if (sort?.column !== column) return { column, descending: firstDescending };
  return sort.descending === firstDescending ? { column, descending: !firstDescending } : null;
}

/** The layer that asks for the most: most suggested bits, and of those the one that keeps least. Null when nothing is suggested. */
export function worstLayer(layers: readonly LayerReport[]): number | null {
  let worst: number | null = null;
  layers.forEach(({ advice }, index) => {
    if (!advice) return;
    const best = worst === null ? null : layers[worst].advice;
    if (!best || advice.bits > best.bits || (advice.bits === best.bits && rank(keptDb(advice)) < rank(keptDb(best)))) worst = index;
  });
  return worst;
}

/** Rows of fixed height that a scrolled window shows, with `margin` rows around so that fast scrolling stays covered. */
export function rowWindow(
  scrollTop: number,
  height: number,
  rowHeight: number,
  count: number,
  margin = 8,
): { readonly start: number; readonly end: number } {
  const first = Math.floor(scrollTop / rowHeight) - margin;
  const last = Math.ceil((scrollTop + height) / rowHeight) + margin;
  const end = Math.max(0, Math.min(count, last));
  return { start: Math.max(0, Math.min(first, end)), end };
}
