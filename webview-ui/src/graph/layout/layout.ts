/** Where all boxes stand: every open module is laid out by itself, from the inside out, and then put into its place. */
import { PADDING, TITLE } from '../sizes.js';
import { IN, OUT } from '../visible.js';
import { layoutLevel, type LevelInput, type LevelLayout } from './level.js';

export interface LayoutRequest {
  /** Open modules, each after those inside it; the whole model is the last. */
  readonly levels: readonly {
    readonly module: number;
    /** Id, width and height of each box, three numbers a box; the size of open modules is worked out. */
    readonly boxes: Float64Array;
    /** From and to of each line, and its index among the segments; three numbers a line. */
    readonly lines: Int32Array;
  }[];
  /** How many segments there are. */
  readonly segments: number;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  /** Boxes, each after the module around it. */
  readonly ids: Int32Array;
  /** Left, top, width and height of each box. */
  readonly rects: Float32Array;
  /** Where the points of each segment begin and end in `points`, counted in points; one more than there are segments. */
  readonly starts: Uint32Array;
  /** x and y. */
  readonly points: Float32Array;
}

/** The layouts of modules that were laid out before: opening one module leaves most others as they are. */
export type LayoutCache = Map<number, { readonly input: string; readonly layout: LevelLayout }>;

/** @param pause called before every module: a place to let others in, or to give up by throwing */
export async function layoutGraph(
  { levels, segments }: LayoutRequest,
  cache: LayoutCache,
  pause: () => Promise<void> | void = () => undefined,
): Promise<GraphLayout> {
  const inner = new Map<number, { readonly input: LevelInput; readonly layout: LevelLayout; readonly lines: Int32Array }>();
  for (const { module, boxes, lines } of levels) {
    const input: LevelInput = {
      boxes: Array.from({ length: boxes.length / 3 }, (_, i) => {
        const id = boxes[3 * i];
        const open = inner.get(id)?.layout;
        return open
          ? { id, width: Math.max(open.width, boxes[3 * i + 1]) + 2 * PADDING, height: open.height + TITLE + PADDING }
          : { id, width: boxes[3 * i + 1], height: boxes[3 * i + 2] };
      }),
      lines: Array.from({ length: lines.length / 3 }, (_, i) => ({ from: lines[3 * i], to: lines[3 * i + 1] })),
    };
    await pause();
    const key = JSON.stringify(input);
    const known = cache.get(module);
    const layout = known?.input === key ? known.layout : layoutLevel(input);
    cache.set(module, { input: key, layout });
    inner.set(module, { input, layout, lines });
  }

  const ids: number[] = [];
  const rects: number[] = [];
  const paths = new Array<Float64Array>(segments).fill(new Float64Array());
  const put = (module: number, left: number, top: number, border: number): void => {
    const { input, layout, lines } = inner.get(module)!;
    const { corners } = layout;
    const placed = new Map<number, { readonly x: number; readonly y: number; readonly height: number; readonly offset: number }>();
    input.boxes.forEach(({ id, width, height }, i) => {
      const [x, y] = [left + corners[2 * i], top + corners[2 * i + 1]];
      ids.push(id);
      rects.push(x, y, width, height);
      const open = inner.get(id)?.layout;
      if (!open) return;
      const offset = (width - open.width) / 2;
      placed.set(id, { x, y, height, offset });
      put(id, x + offset, y + TITLE, y);
    });
    layout.lines.forEach((line, i) => {
      const [from, to, segment] = [lines[3 * i], lines[3 * i + 1], lines[3 * i + 2]];
      const path = Array.from(line, (value, at) => value + (at % 2 === 0 ? left : top));
      // lines end at boxes; those of open modules go on inside, from where these say
      const [source, target] = [placed.get(from), placed.get(to)];
      if (source) path.splice(0, 2, source.x + source.offset + inner.get(from)!.layout.leave, source.y + source.height);
      if (target) path.splice(-2, 2, target.x + target.offset + inner.get(to)!.layout.enter, target.y);
      if (from === IN) path.unshift(left + layout.enter, border);
      if (to === OUT) path.push(left + layout.leave, top + layout.height + PADDING);
      paths[segment] = Float64Array.from(path);
    });
  };
  const { module } = levels[levels.length - 1];
  put(module, 0, 0, 0);

  const starts = new Uint32Array(segments + 1);
  paths.forEach((path, i) => (starts[i + 1] = starts[i] + path.length / 2));
  const points = new Float32Array(starts[segments] * 2);
  paths.forEach((path, i) => points.set(path, starts[i] * 2));
  const { width, height } = inner.get(module)!.layout;
  return { width, height, ids: Int32Array.from(ids), rects: Float32Array.from(rects), starts, points };
}
