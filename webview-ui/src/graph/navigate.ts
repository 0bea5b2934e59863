/** Where the arrow keys lead: up and down along the lines, left and right to what stands beside. */
import type { Rect } from './camera.js';
import { endsIn, type Scene } from './scene.js';

export type Step = 'up' | 'down' | 'left' | 'right';

const middle = ({ x, width }: Rect): number => x + width / 2;
const centre = ({ y, height }: Rect): number => y + height / 2;

/** Of `boxes` the one that stands most nearly above or below `from`. */
function nearest({ rects }: Scene, boxes: Iterable<number>, from: Rect): number | null {
  let best: number | null = null;
  let least = Infinity;
  for (const box of boxes) {
    const rect = rects.get(box);
    if (!rect) continue;
    // far away counts, but less than aside: skip connections come after the next box
    const distance = Math.abs(middle(rect) - middle(from)) + Math.abs(centre(rect) - centre(from)) / 4;
    if (distance < least) [best, least] = [box, distance];
  }
  return best;
}

/** The next box to the side whose height overlaps with that of `from`. */
function beside({ rects, visible }: Scene, box: number, from: Rect, sign: 1 | -1): number | null {
  let best: number | null = null;
  let least = Infinity;
  for (const end of visible.ends) {
    if (end === box) continue;
    const rect = rects.get(end)!;
    const distance = sign * (middle(rect) - middle(from));
    if (distance <= 0 || distance >= least || rect.y >= from.y + from.height || rect.y + rect.height <= from.y) continue;
    [best, least] = [end, distance];
  }
  return best;
}

/** The box that `step` leads to from `box`; null where there is none. From an open module, down leads into it. */
export function stepFrom(scene: Scene, box: number, step: Step): number | null {
  const { rects, visible, open } = scene;
  const from = rects.get(box);
  if (!from) return null;
  if (step === 'left' || step === 'right') return beside(scene, box, from, step === 'right' ? 1 : -1);
  const inside = endsIn(scene, box);
  if (step === 'down' && open.has(box)) return inside[0] ?? null;
  const within = new Set(inside);
  const ends =
    step === 'down'
      ? inside.flatMap((end) => (visible.outgoing.get(end) ?? []).map(({ to }) => to))
      : inside.flatMap((end) => (visible.incoming.get(end) ?? []).map(({ from }) => from));
  return nearest(
    scene,
    ends.filter((end) => !within.has(end)),
    from,
  );
}
