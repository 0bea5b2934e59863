/** How the user left the graph; kept by VS Code over reloads. */
import type { Camera } from './camera.js';
import { traceModes, type TraceMode } from './trace.js';

export interface GraphViewState {
  /** Keys of the open modules; null as long as nobody has opened or closed one. */
  readonly open: readonly string[] | null;
  /** What boxes are coloured by: id of a column, or empty. */
  readonly column: string;
  readonly trace: TraceMode;
  /** Whether the outline is beside the picture, or alone where there is no room for both. */
  readonly outline: boolean;
}

export const defaultGraphView: GraphViewState = { open: null, column: 'suggested', trace: 'near', outline: false };

/** Open modules that are remembered; what VS Code keeps for a page should stay small. */
export const MOST_OPEN = 500;

const isCamera = (value: unknown): value is Camera =>
  typeof value === 'object' &&
  value !== null &&
  ['x', 'y', 'scale'].every((key) => Number.isFinite((value as Readonly<Record<string, unknown>>)[key])) &&
  (value as Camera).scale > 0;

/** What was stored, field by field: another version of the page may have written it. */
export function restoreGraphView(stored: unknown): GraphViewState {
  if (typeof stored !== 'object' || stored === null) return defaultGraphView;
  const { open, column, trace, outline } = stored as Partial<Record<keyof GraphViewState, unknown>>;
  return {
    open: Array.isArray(open) ? open.filter((key): key is string => typeof key === 'string').slice(0, MOST_OPEN) : null,
    column: typeof column === 'string' ? column : defaultGraphView.column,
    trace: traceModes.find((mode) => mode === trace) ?? defaultGraphView.trace,
    outline: typeof outline === 'boolean' ? outline : defaultGraphView.outline,
  };
}

export const restoreCamera = (stored: unknown): Camera | null =>
  isCamera(stored) ? { x: stored.x, y: stored.y, scale: stored.scale } : null;
