/** What of the graph is in sight. Graph units to CSS pixels: `screen = graph · scale + offset`. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

export const LARGEST = 2.5;
/** Empty pixels around a graph that is fitted into the view. */
const MARGIN = 24;

/** The scale at which all of `graph` is in sight, or what is worth looking at of it. */
const fitting = (graph: Size, view: Size): number =>
  Math.min((view.width - 2 * MARGIN) / Math.max(1, graph.width), (view.height - 2 * MARGIN) / Math.max(1, graph.height));

/** The smallest scale: all is in sight, with room around. */
export const smallest = (graph: Size, view: Size): number => Math.max(1e-4, Math.min(0.5, fitting(graph, view) * 0.8));

/** All of the graph, in the middle of the view, not enlarged. */
export function fitAll(graph: Size, view: Size): Camera {
  const scale = Math.max(1e-4, Math.min(1, fitting(graph, view)));
  return { scale, x: (view.width - graph.width * scale) / 2, y: (view.height - graph.height * scale) / 2 };
}

/** Where to look first: at the beginning of the graph, so near that names can be read. */
export function firstLook(graph: Size, view: Size): Camera {
  const all = fitAll(graph, view);
  const scale = Math.max(all.scale, Math.min(1, (view.width - 2 * MARGIN) / Math.max(1, graph.width)), 0.6);
  return scale === all.scale ? all : { scale, x: (view.width - graph.width * scale) / 2, y: MARGIN };
}

/** Enlarges by `factor` so that what is at (`x`, `y`) of the view stays there. */
export function zoomAt(camera: Camera, factor: number, x: number, y: number, graph: Size, view: Size): Camera {
  const scale = Math.min(LARGEST, Math.max(smallest(graph, view), camera.scale * factor));
  const change = scale / camera.scale;
  return { scale, x: x - (x - camera.x) * change, y: y - (y - camera.y) * change };
}

/** Keeps at least `MARGIN` pixels of the graph in sight. */
export function confine({ x, y, scale }: Camera, graph: Size, view: Size): Camera {
  const within = (offset: number, length: number, room: number) => Math.min(room - MARGIN, Math.max(MARGIN - length * scale, offset));
  return { scale, x: within(x, graph.width, view.width), y: within(y, graph.height, view.height) };
}

/** Moves as little as it takes to have `rect` in sight, or to have it in the middle when it was out of sight; enlarges what is too small to be read. */
export function reveal(camera: Camera, { x, y, width, height }: Rect, view: Size): Camera {
  const readable = Math.min(1, (view.width - 2 * MARGIN) / width, (view.height - 2 * MARGIN) / height);
  const near = camera.scale < Math.min(0.45, readable);
  const far = camera.scale > readable && (width * camera.scale > view.width || height * camera.scale > view.height);
  const scale = near ? Math.min(0.8, readable) : far ? readable : camera.scale;
  if (scale !== camera.scale) return { scale, x: view.width / 2 - (x + width / 2) * scale, y: view.height / 2 - (y + height / 2) * scale };
  const sight = inSight(camera, view);
  const out = x > sight.x + sight.width || x + width < sight.x || y > sight.y + sight.height || y + height < sight.y;
  if (out) return { scale, x: view.width / 2 - (x + width / 2) * scale, y: view.height / 2 - (y + height / 2) * scale };
  const shift = (from: number, length: number, room: number): number => {
    const margin = Math.min(MARGIN, (room - length) / 2);
    if (from < margin) return margin - from;
    return from + length > room - margin ? room - margin - from - length : 0;
  };
  return {
    scale,
    x: camera.x + shift(x * scale + camera.x, width * scale, view.width),
    y: camera.y + shift(y * scale + camera.y, height * scale, view.height),
  };
}

/** Between two cameras, `t` from 0 to 1; scales are blended by their ratio. */
export function between(from: Camera, to: Camera, t: number): Camera {
  const mix = (a: number, b: number): number => a + (b - a) * t;
  return { x: mix(from.x, to.x), y: mix(from.y, to.y), scale: from.scale * (to.scale / from.scale) ** t };
}

/** The part of the graph that is in sight. */
export const inSight = ({ x, y, scale }: Camera, view: Size): Rect => ({
  x: -x / scale,
  y: -y / scale,
  width: view.width / scale,
  height: view.height / scale,
});
