/** How the points that stand beside the front of plans are told apart. */
import type { Landmark } from './plans.js';

export interface PointLook {
  /** Place among the colours of series. */
  readonly color: number;
  readonly style: 'rectRot' | 'star' | 'rect' | 'triangle' | 'cross' | 'crossRot';
  readonly radius: number;
  /** Degrees. */
  readonly rotation?: number;
}

const looks: Readonly<Record<Exclude<Landmark['of'], 'comparison'>, PointLook>> = {
  plan: { color: 4, style: 'rectRot', radius: 7 },
  shown: { color: 2, style: 'star', radius: 8 },
  baseline: { color: 3, style: 'rect', radius: 5 },
};

/** Shapes that nothing else has: all that was measured is filled, so that crosses tell no less than triangles. */
const comparisonShapes: readonly Omit<PointLook, 'color' | 'radius'>[] = [
  { style: 'triangle' },
  { style: 'triangle', rotation: 180 },
  { style: 'crossRot' },
  { style: 'cross' },
  { style: 'triangle', rotation: 90 },
  { style: 'triangle', rotation: 270 },
];

/** How each of `marks` is drawn: what one would pick by hand has a shape each, in another colour once all were used. */
export function looksOf(marks: readonly Landmark[]): readonly PointLook[] {
  let compared = 0;
  return marks.map(({ of }) => {
    if (of !== 'comparison') return looks[of];
    const shape = comparisonShapes[compared % comparisonShapes.length];
    const color = 1 + Math.floor(compared++ / comparisonShapes.length);
    return { ...shape, color, radius: 6 };
  });
}
