/** Which layers are chosen: one that is shown in detail, and any number together with it. */
export interface Selection {
  /** The layer that is shown in detail; an index into the report's layers. */
  readonly current: number | null;
  /** Where a stretch that is chosen with Shift begins. */
  readonly anchor: number | null;
  /** All chosen layers, the current one included. */
  readonly chosen: ReadonlySet<number>;
}

export const noSelection: Selection = { current: null, anchor: null, chosen: new Set() };

export const selectOne = (layer: number): Selection => ({ current: layer, anchor: layer, chosen: new Set([layer]) });

/** How a layer is pointed at: alone, in addition (Ctrl), or with all up to it (Shift). */
export type SelectMode = 'one' | 'toggle' | 'range';

export const selectMode = (event: { readonly shiftKey: boolean; readonly ctrlKey: boolean; readonly metaKey: boolean }): SelectMode =>
  event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'one';

/** @param order the layers as they are shown, top to bottom */
export function select(selection: Selection, layer: number, mode: SelectMode, order: readonly number[]): Selection {
  if (mode === 'one') return selectOne(layer);
  if (mode === 'toggle') {
    const chosen = new Set(selection.chosen);
    if (!chosen.delete(layer)) chosen.add(layer);
    // the detail always shows one of those chosen
    return chosen.size === 0 ? selectOne(layer) : { current: chosen.has(layer) ? layer : [...chosen].at(-1)!, anchor: layer, chosen };
  }
  const from = order.indexOf(selection.anchor ?? layer);
  const to = order.indexOf(layer);
  if (from < 0 || to < 0) return selectOne(layer);
  return { current: layer, anchor: order[from], chosen: new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1)) };
}

export const selectAll = (selection: Selection, order: readonly number[]): Selection =>
  order.length === 0 ? selection : { current: selection.current ?? order[0], anchor: selection.anchor ?? order[0], chosen: new Set(order) };
