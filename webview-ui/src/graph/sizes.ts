/** How large boxes are drawn, in the graph's own units: CSS pixels where it is neither enlarged nor reduced. */
import type { Box, Hierarchy } from './hierarchy.js';

/** Height of the title of an open module, and the room around what is in it. */
export const TITLE = 26;
export const PADDING = 14;

export type Shape = 'value' | 'operator' | 'layer' | 'module';

/** What a box is drawn as: an input or output, an operator without weights, one with weights, a closed module. */
export function shapeOf({ layers }: Hierarchy, { id, point }: Box): Shape {
  if (!point) return 'module';
  if (point.kind !== 'operator') return 'value';
  return layers[id].length > 0 ? 'layer' : 'operator';
}

export const sizes: Readonly<Record<Shape, { readonly width: number; readonly height: number }>> = {
  value: { width: 140, height: 26 },
  operator: { width: 116, height: 26 },
  layer: { width: 168, height: 46 },
  module: { width: 180, height: 50 },
};
