/** The laid out graph, ready to be drawn, pointed at and walked through. */
import type { Rect, Size } from './camera.js';
import { modulesAround, nodesIn, type Hierarchy } from './hierarchy.js';
import type { GraphLayout } from './layout/layout.js';
import { IN, OUT, type Visible } from './visible.js';

export interface Scene extends Size {
  readonly hierarchy: Hierarchy;
  readonly visible: Visible;
  readonly open: ReadonlySet<number>;
  readonly layout: GraphLayout;
  /** Where each box is that is drawn; the whole model has none. */
  readonly rects: ReadonlyMap<number, Rect>;
  /** Left, top, right and bottom of each segment. */
  readonly reach: Float32Array;
}

export function buildScene(hierarchy: Hierarchy, visible: Visible, open: ReadonlySet<number>, layout: GraphLayout): Scene {
  const rects = new Map<number, Rect>();
  layout.ids.forEach((id, i) => {
    const [x, y, width, height] = layout.rects.subarray(4 * i, 4 * i + 4);
    rects.set(id, { x, y, width, height });
  });
  const { starts, points } = layout;
  const reach = new Float32Array((starts.length - 1) * 4);
  for (let i = 0; i + 1 < starts.length; i++) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = starts[i]; at < starts[i + 1]; at++) {
      left = Math.min(left, points[2 * at]);
      right = Math.max(right, points[2 * at]);
      top = Math.min(top, points[2 * at + 1]);
      bottom = Math.max(bottom, points[2 * at + 1]);
    }
    reach.set([left, top, right, bottom], i * 4);
  }
  return { hierarchy, visible, open, layout, rects, reach, width: layout.width, height: layout.height };
}

/** The innermost box at (`x`, `y`), in graph units. */
export function boxAt({ layout: { ids, rects } }: Scene, x: number, y: number): number | null {
  // inner boxes come after those around them
  for (let i = ids.length - 1; i >= 0; i--) {
    const left = rects[4 * i];
    const top = rects[4 * i + 1];
    if (x >= left && y >= top && x <= left + rects[4 * i + 2] && y <= top + rects[4 * i + 3]) return ids[i];
  }
  return null;
}

/** The box that shows `box`: itself, or the outermost closed module around it. */
export function shownBox({ hierarchy, visible, open }: Pick<Scene, 'hierarchy' | 'visible' | 'open'>, box: number): number {
  if (hierarchy.boxes[box].point) return visible.standIn[box];
  const closed = modulesAround(hierarchy, box).filter((module) => module !== hierarchy.root && !open.has(module));
  return closed.at(-1) ?? box;
}

/** The boxes that stand for themselves within `box`. */
export function endsIn(scene: Pick<Scene, 'hierarchy' | 'visible' | 'open'>, box: number): number[] {
  const { hierarchy, visible, open } = scene;
  if (!open.has(box)) return [box];
  return [...new Set(nodesIn(hierarchy, box).map((node) => visible.standIn[node]))];
}

/** Whether the segment ends with an arrow: at a box that stands for itself. */
export const hasArrow = ({ visible, open }: Scene, segment: number): boolean => {
  const { to } = visible.segments[segment];
  return to !== OUT && to !== IN && !open.has(to);
};
