import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  between,
  confine,
  firstLook,
  fitAll,
  inSight,
  LARGEST,
  reveal,
  zoomAt,
  type Camera,
  type Rect,
  type Size,
} from '../../../../webview-ui/src/graph/camera.js';

const side = (max: number) => fc.integer({ min: 200, max });
const size = (max: number) => fc.record({ width: side(max), height: side(max) });
const camera = fc.record({
  x: fc.integer({ min: -5000, max: 5000 }),
  y: fc.integer({ min: -5000, max: 5000 }),
  scale: fc.constantFrom(0.01, 0.3, 1, 2),
});

const onScreen = ({ x, y, width, height }: Rect, { scale, x: left, y: top }: Camera): Rect => ({
  x: x * scale + left,
  y: y * scale + top,
  width: width * scale,
  height: height * scale,
});
const within = ({ x, y, width, height }: Rect, view: Size): boolean =>
  x >= -0.01 && y >= -0.01 && x + width <= view.width + 0.01 && y + height <= view.height + 0.01;

describe('the camera', () => {
  it('shows all of any graph, in the middle, not enlarged', () => {
    fc.assert(
      fc.property(size(200_000), size(2000), (graph, view) => {
        const all = fitAll(graph, view);
        const seen = onScreen({ x: 0, y: 0, ...graph }, all);
        expect(within(seen, view)).toBe(true);
        expect(seen.x + seen.width / 2).toBeCloseTo(view.width / 2);
        expect(all.scale).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('looks first at the beginning, so near that it can be read', () => {
    const look = firstLook({ width: 400, height: 50_000 }, { width: 800, height: 600 });
    expect(look.scale).toBeGreaterThanOrEqual(0.6);
    expect(inSight(look, { width: 800, height: 600 }).y).toBeLessThanOrEqual(0);
    expect(firstLook({ width: 300, height: 200 }, { width: 800, height: 600 })).toEqual(
      fitAll({ width: 300, height: 200 }, { width: 800, height: 600 }),
    );
  });

  it('keeps the point it zooms at where it is, within limits', () => {
    const view = { width: 800, height: 600 };
    const graph = { width: 5000, height: 9000 };
    fc.assert(
      fc.property(camera, fc.constantFrom(0.5, 1.25, 3), fc.nat(800), fc.nat(600), (from, factor, x, y) => {
        const to = zoomAt(from, factor, x, y, graph, view);
        expect((x - to.x) / to.scale).toBeCloseTo((x - from.x) / from.scale, 3);
        expect(to.scale).toBeLessThanOrEqual(LARGEST);
      }),
    );
    expect(zoomAt({ x: 0, y: 0, scale: 1 }, 1e-9, 0, 0, graph, view).scale * graph.height).toBeGreaterThan(100);
  });

  it('never loses the graph from sight', () => {
    fc.assert(
      fc.property(camera, size(20_000), size(2000), (from, graph, view) => {
        const to = confine(from, graph, view);
        const { x, y, width, height } = onScreen({ x: 0, y: 0, ...graph }, to);
        expect(x < view.width && y < view.height && x + width > 0 && y + height > 0).toBe(true);
      }),
    );
  });

  it('brings any box into sight, readable, and moves nothing when it is already', () => {
    const rect = fc.record({ x: fc.nat(20_000), y: fc.nat(20_000), width: fc.constantFrom(116, 168), height: fc.constantFrom(26, 50) });
    fc.assert(
      fc.property(camera, rect, fc.record({ width: side(2000), height: side(2000) }), (from, box, view) => {
        const to = reveal(from, box, view);
        expect(within(onScreen(box, to), view)).toBe(true);
        expect(to.scale).toBeGreaterThan(0.29);
        const again = reveal(to, box, view);
        expect([again.x, again.y, again.scale].map(Math.round)).toEqual([to.x, to.y, to.scale].map(Math.round));
      }),
    );
  });

  it('moves from one look to another', () => {
    const [from, to] = [
      { x: 0, y: 10, scale: 0.1 },
      { x: 100, y: 20, scale: 10 },
    ];
    expect(between(from, to, 0)).toEqual(from);
    expect(between(from, to, 1).scale).toBeCloseTo(10);
    expect(between(from, to, 0.5)).toMatchObject({ x: 50, y: 15 });
    expect(between(from, to, 0.5).scale).toBeCloseTo(1);
  });
});
