import type { Hierarchy } from '../hierarchy.js';
import { shapeOf, sizes } from '../sizes.js';
import type { Visible } from '../visible.js';
import type { LayoutRequest } from './layout.js';

/** What the layout needs to know of the visible graph, as numbers that pass to a worker quickly. */
export const layoutRequest = (hierarchy: Hierarchy, { levels, segments }: Visible): LayoutRequest => ({
  levels: levels.map(({ module, boxes, segments: own }) => ({
    module,
    boxes: Float64Array.from(
      boxes.flatMap((id) => {
        const { width, height } = sizes[shapeOf(hierarchy, hierarchy.boxes[id])];
        return [id, width, height];
      }),
    ),
    lines: Int32Array.from(own.flatMap((segment) => [segments[segment].from, segments[segment].to, segment])),
  })),
  segments: segments.length,
});
