/** What leads to a box, and where it leads. */
import { endsIn, type Scene } from './scene.js';
import type { Link } from './visible.js';

/** `near`: the next boxes on both sides. */
export type TraceMode = 'near' | 'up' | 'down' | 'both';
export const traceModes: readonly TraceMode[] = ['near', 'up', 'down', 'both'];

export interface Trace {
  readonly up: ReadonlySet<Link>;
  readonly down: ReadonlySet<Link>;
  /** The boxes on the way, those started from included. */
  readonly boxes: ReadonlySet<number>;
}

export function traceFrom(scene: Pick<Scene, 'hierarchy' | 'visible' | 'open'>, box: number, mode: TraceMode): Trace {
  const { incoming, outgoing } = scene.visible;
  const start = new Set(endsIn(scene, box));
  const boxes = new Set(start);
  const follow = (next: ReadonlyMap<number, readonly Link[]>, other: (link: Link) => number, far: boolean): Set<Link> => {
    const links = new Set<Link>();
    const seen = new Set(start);
    const queue = [...start];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const link of next.get(at) ?? []) {
        const end = other(link);
        if (start.has(end)) continue; // inside what was started from
        links.add(link);
        if (seen.has(end)) continue;
        seen.add(end);
        boxes.add(end);
        if (far) queue.push(end);
      }
    }
    return links;
  };
  const up = mode === 'down' ? new Set<Link>() : follow(incoming, ({ from }) => from, mode !== 'near');
  const down = mode === 'up' ? new Set<Link>() : follow(outgoing, ({ to }) => to, mode !== 'near');
  return { up, down, boxes };
}
