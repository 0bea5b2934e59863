import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildHierarchy, type Hierarchy } from '../../../../webview-ui/src/graph/hierarchy.js';
import { layoutLevel } from '../../../../webview-ui/src/graph/layout/level.js';
import { layoutGraph, type GraphLayout, type LayoutCache } from '../../../../webview-ui/src/graph/layout/layout.js';
import { layoutRequest } from '../../../../webview-ui/src/graph/layout/request.js';
import { IN, OUT, visibleGraph, type Visible } from '../../../../webview-ui/src/graph/visible.js';
import { anyGraph, chain } from './graphs.js';

/** A graph and some of its modules that are open. */
const anyView = fc.tuple(anyGraph, fc.infiniteStream(fc.boolean())).map(([graph, flips]) => {
  const hierarchy = buildHierarchy(graph);
  const open = new Set(hierarchy.boxes.filter(({ point, parent }) => !point && parent >= 0 && flips.next().value).map(({ id }) => id));
  return { hierarchy, open, visible: visibleGraph(hierarchy, open) };
});

describe('the visible graph', () => {
  it('has a box for every node, and a line wherever one feeds another in a different box', () => {
    fc.assert(
      fc.property(anyView, ({ hierarchy, open, visible }) => {
        const { boxes, graph, root } = hierarchy;
        const drawn = new Set<number>();
        const visit = (module: number): void =>
          boxes[module].children.forEach((child) => (open.has(child) ? visit(child) : drawn.add(child)));
        visit(root);
        expect(new Set(visible.ends)).toEqual(drawn);
        const expected = new Set<string>();
        for (let i = 0; i < graph.edges.length; i += 2) {
          const [from, to] = [visible.standIn[graph.edges[i]], visible.standIn[graph.edges[i + 1]]];
          if (from !== to) expected.add(`${from} ${to}`);
        }
        expect(new Set(visible.links.map(({ from, to }) => `${from} ${to}`))).toEqual(expected);
      }),
    );
  });

  it('draws lines of pieces that lead out of modules, across, and into modules', () => {
    fc.assert(
      fc.property(anyView, ({ hierarchy: { boxes }, visible }) => {
        for (const { from, to, segments } of visible.links) {
          const pieces = segments.map((segment) => visible.segments[segment]);
          const across = pieces.findIndex((piece) => piece.from !== IN && piece.to !== OUT);
          expect(pieces.filter((piece) => piece.from !== IN && piece.to !== OUT)).toHaveLength(1);
          expect(pieces[0].from).toBe(from);
          expect(pieces.at(-1)!.to).toBe(to);
          pieces.forEach((piece, i) => {
            for (const end of [piece.from, piece.to]) if (end >= 0) expect(boxes[end].parent).toBe(piece.module);
            if (i < across) expect([piece.to, pieces[i + 1].from]).toEqual([OUT, piece.module]);
            if (i > across) expect([piece.from, pieces[i - 1].to]).toEqual([IN, piece.module]);
          });
        }
      }),
    );
  });
});

interface Placed {
  readonly x: number;
  readonly y: number;
  readonly right: number;
  readonly bottom: number;
}

const placed = ({ ids, rects }: GraphLayout): Map<number, Placed> =>
  new Map(
    Array.from(ids, (id, i) => {
      const [x, y, width, height] = rects.subarray(4 * i, 4 * i + 4);
      return [id, { x, y, right: x + width, bottom: y + height }];
    }),
  );

const path = ({ starts, points }: GraphLayout, segment: number): number[][] =>
  Array.from({ length: starts[segment + 1] - starts[segment] }, (_, i) => {
    const at = starts[segment] + i;
    return [points[2 * at], points[2 * at + 1]];
  });

const close = (a: number, b: number): boolean => Math.abs(a - b) < 0.51;

function expectSound({ boxes, root }: Hierarchy, { segments, links }: Visible, layout: GraphLayout): void {
  const at = placed(layout);
  for (const [id, box] of at) {
    const { parent } = boxes[id];
    const around = parent === root ? { x: 0, y: 0, right: layout.width, bottom: layout.height } : at.get(parent)!;
    expect(box.x).toBeGreaterThanOrEqual(around.x - 0.5);
    expect(box.y).toBeGreaterThanOrEqual(around.y - 0.5);
    expect(box.right).toBeLessThanOrEqual(around.right + 0.5);
    expect(box.bottom).toBeLessThanOrEqual(around.bottom + 0.5);
    for (const other of boxes[parent].children) {
      if (other <= id) continue;
      const beside = at.get(other)!;
      expect(box.right <= beside.x || beside.right <= box.x || box.bottom <= beside.y || beside.bottom <= box.y).toBe(true);
    }
  }
  segments.forEach(({ from, to }, i) => {
    const points = path(layout, i);
    const onBorder = ([x, y]: number[], { x: left, y: top, right, bottom }: Placed): boolean =>
      x >= left - 0.51 &&
      x <= right + 0.51 &&
      y >= top - 0.51 &&
      y <= bottom + 0.51 &&
      (close(x, left) || close(x, right) || close(y, top) || close(y, bottom));
    if (from >= 0) expect(onBorder(points[0], at.get(from)!)).toBe(true);
    if (to >= 0) expect(onBorder(points.at(-1)!, at.get(to)!)).toBe(true);
  });
  for (const link of links) {
    for (let i = 1; i < link.segments.length; i++) {
      const [x, y] = path(layout, link.segments[i - 1]).at(-1)!;
      const [nextX, nextY] = path(layout, link.segments[i])[0];
      expect(close(x, nextX) && close(y, nextY)).toBe(true);
    }
  }
}

describe('the layout', () => {
  it('has boxes inside their modules and beside each other, and lines without gaps from box to box', async () => {
    await fc.assert(
      fc.asyncProperty(anyView, async ({ hierarchy, visible }) => {
        expectSound(hierarchy, visible, await layoutGraph(layoutRequest(hierarchy, visible), new Map()));
      }),
      { numRuns: 60 },
    );
  });

  it('leads from top to bottom', async () => {
    const hierarchy = buildHierarchy(chain(['a', 'm/b', 'm/c', 'd']));
    const open = new Set([hierarchy.boxes.find(({ key }) => key === 'm')!.id]);
    const at = placed(await layoutGraph(layoutRequest(hierarchy, visibleGraph(hierarchy, open)), new Map()));
    for (const id of [0, 1, 2]) expect(at.get(id)!.bottom).toBeLessThan(at.get(id + 1)!.y);
  });

  it('is the same from what was laid out before, without doing it again', async () => {
    const hierarchy = buildHierarchy(chain(['a/x', 'a/y', 'b/x', 'b/y']));
    const [a, b] = ['a', 'b'].map((name) => hierarchy.boxes.find(({ key, point }) => key === name && !point)!.id);
    const cache: LayoutCache = new Map();
    const request = (...open: number[]) => layoutRequest(hierarchy, visibleGraph(hierarchy, new Set(open)));
    await layoutGraph(request(a), cache);
    const inA = cache.get(a)!.layout;
    const both = await layoutGraph(request(a, b), cache);
    expect(cache.get(a)!.layout).toBe(inA);
    expect(both).toEqual(await layoutGraph(request(a, b), new Map()));
  });

  it('lets others in between modules, and ends when they say so', async () => {
    const hierarchy = buildHierarchy(chain(['a/x', 'a/y', 'b']));
    const { id } = hierarchy.boxes.find(({ key }) => key === 'a')!;
    const cache: LayoutCache = new Map();
    let left = 1;
    const pause = () => {
      if (left-- === 0) throw new Error('enough');
    };
    await expect(layoutGraph(layoutRequest(hierarchy, visibleGraph(hierarchy, new Set([id]))), cache, pause)).rejects.toThrow('enough');
    expect([...cache.keys()]).toEqual([id]);
  });

  it('copes with a module that nothing is in', () => {
    expect(layoutLevel({ boxes: [], lines: [] })).toMatchObject({ width: 0, height: 0 });
  });

  it('leads lines that would cross very many levels around everything', () => {
    const boxes = Array.from({ length: 70 }, (_, id) => ({ id, width: 100, height: 20 }));
    const lines = [
      ...boxes.slice(1).map(({ id }) => ({ from: id - 1, to: id })),
      ...boxes.slice(0, 40).map(({ id }) => ({ from: id, to: 69 })),
    ];
    const { lines: paths, width, corners } = layoutLevel({ boxes, lines });
    const right = Math.max(...boxes.map(({ width: own }, i) => corners[2 * i] + own));
    const around = paths.filter((points) => points.filter((_, i) => i % 2 === 0).some((x) => x > right));
    expect(around.length).toBeGreaterThan(0);
    expect(around.length).toBeLessThan(40);
    for (const points of paths) for (let i = 0; i < points.length; i += 2) expect(points[i]).toBeLessThanOrEqual(width);
  });
});
