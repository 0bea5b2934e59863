import { describe, expect, it } from 'vitest';
import type { ModelGraph } from '../../../../src/report/graph.js';
import { buildHierarchy } from '../../../../webview-ui/src/graph/hierarchy.js';
import { layoutGraph } from '../../../../webview-ui/src/graph/layout/layout.js';
import { layoutRequest } from '../../../../webview-ui/src/graph/layout/request.js';
import { stepFrom, type Step } from '../../../../webview-ui/src/graph/navigate.js';
import { boxAt, buildScene, endsIn, hasArrow, shownBox, type Scene } from '../../../../webview-ui/src/graph/scene.js';
import { search } from '../../../../webview-ui/src/graph/search.js';
import { traceFrom } from '../../../../webview-ui/src/graph/trace.js';
import { visibleGraph } from '../../../../webview-ui/src/graph/visible.js';
import { graphOf } from './graphs.js';

async function sceneOf(graph: ModelGraph, opened: readonly string[]): Promise<Scene> {
  const hierarchy = buildHierarchy(graph);
  const open = new Set(hierarchy.boxes.filter(({ key, point }) => !point && opened.includes(key)).map(({ id }) => id));
  const visible = visibleGraph(hierarchy, open);
  return buildScene(hierarchy, visible, open, await layoutGraph(layoutRequest(hierarchy, visible), new Map()));
}

/** A block with a skip connection around two nodes, and a node before and after. */
const block = graphOf(
  ['in:x', 'Conv:m/conv', 'Relu:m/relu', 'Add:m/add', 'Gemm:head'],
  [
    ['x', 'm/conv'],
    ['m/conv', 'm/relu'],
    ['m/relu', 'm/add'],
    ['x', 'm/add'],
    ['m/add', 'head'],
  ],
);
const [x, conv, relu, add, head] = [0, 1, 2, 3, 4];
const moduleOf = ({ hierarchy }: Scene) => hierarchy.boxes.find(({ key, point }) => key === 'm' && !point)!.id;

describe('the arrow keys', () => {
  const walk = (scene: Scene, from: number, steps: readonly Step[]) =>
    steps.reduce<number | null>((at, step) => (at === null ? null : stepFrom(scene, at, step)), from);

  it('follow the lines, also across the borders of modules', async () => {
    const scene = await sceneOf(block, ['m']);
    expect(walk(scene, x, ['down'])).toBe(conv);
    expect(walk(scene, x, ['down', 'down', 'down', 'down'])).toBe(head);
    expect(walk(scene, head, ['up'])).toBe(add);
    expect(walk(scene, head, ['down'])).toBeNull();
    expect(walk(scene, x, ['up'])).toBeNull();
  });

  it('lead into an open module, and past a closed one', async () => {
    const scene = await sceneOf(block, ['m']);
    const m = moduleOf(scene);
    expect(walk(scene, m, ['down'])).toBe(conv);
    expect(walk(scene, m, ['up'])).toBe(x);
    const closed = await sceneOf(block, []);
    expect(walk(closed, x, ['down'])).toBe(m);
    expect(walk(closed, x, ['down', 'down'])).toBe(head);
  });

  it('lead to what stands beside', async () => {
    const fork = await sceneOf(
      graphOf(['a', 'b', 'c', 'd'], [['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd']]), // prettier-ignore
      [],
    );
    const [left, right] = fork.rects.get(1)!.x < fork.rects.get(2)!.x ? [1, 2] : [2, 1];
    expect(stepFrom(fork, left, 'right')).toBe(right);
    expect(stepFrom(fork, right, 'left')).toBe(left);
    expect(stepFrom(fork, left, 'left')).toBeNull();
  });

  it('lead nowhere from what is not shown', async () => expect(stepFrom(await sceneOf(block, []), conv, 'down')).toBeNull());
});

describe('a trace', () => {
  const ends = (links: ReadonlySet<{ readonly from: number; readonly to: number }>) => [...links].map(({ from, to }) => [from, to]).sort();

  it('of the neighbours has the next boxes on both sides', async () => {
    const { up, down, boxes } = traceFrom(await sceneOf(block, ['m']), add, 'near');
    expect(ends(up)).toEqual([[x, add], [relu, add]]); // prettier-ignore
    expect(ends(down)).toEqual([[add, head]]);
    expect([...boxes].sort()).toEqual([x, relu, add, head]);
  });

  it('goes all the way, one way or both', async () => {
    const scene = await sceneOf(block, ['m']);
    const { up, down } = traceFrom(scene, relu, 'up');
    expect(ends(up)).toEqual([[x, conv], [conv, relu]]); // prettier-ignore
    expect(down.size).toBe(0);
    expect(ends(traceFrom(scene, relu, 'down').down)).toEqual([[relu, add], [add, head]]); // prettier-ignore
    expect(traceFrom(scene, relu, 'both').boxes.size).toBe(5);
  });

  it('of an open module is that of everything in it', async () => {
    const scene = await sceneOf(block, ['m']);
    const { up, down } = traceFrom(scene, moduleOf(scene), 'near');
    expect(ends(up)).toEqual([[x, conv], [x, add]]); // prettier-ignore
    expect(ends(down)).toEqual([[add, head]]);
  });
});

describe('the scene', () => {
  it('knows what is at a point: the innermost box', async () => {
    const scene = await sceneOf(block, ['m']);
    const { x: left, y: top, width, height } = scene.rects.get(relu)!;
    expect(boxAt(scene, left + width / 2, top + height / 2)).toBe(relu);
    const module = scene.rects.get(moduleOf(scene))!;
    expect(boxAt(scene, module.x + 2, module.y + 2)).toBe(moduleOf(scene));
    expect(boxAt(scene, -50, -50)).toBeNull();
  });

  it('knows what stands for a box, and what a box stands for', async () => {
    const scene = await sceneOf(block, []);
    expect(shownBox(scene, relu)).toBe(moduleOf(scene));
    expect(shownBox(scene, head)).toBe(head);
    expect(shownBox(scene, moduleOf(scene))).toBe(moduleOf(scene));
    expect(endsIn(scene, moduleOf(scene))).toEqual([moduleOf(scene)]);
    const open = await sceneOf(block, ['m']);
    expect(endsIn(open, moduleOf(open))).toEqual([conv, relu, add]);
  });

  it('has an arrow where a line ends at a box, none where it goes on', async () => {
    const scene = await sceneOf(block, ['m']);
    const arrows = scene.visible.segments.filter((_, i) => hasArrow(scene, i)).map(({ to }) => to);
    expect(arrows.sort()).toEqual([conv, relu, add, add, head].sort());
  });
});

describe('a search', () => {
  const hierarchy = buildHierarchy(block);
  it.each([
    ['RELU', [relu]],
    ['m/', [conv, relu, add]],
    [' gemm ', [head]],
    ['', []],
    ['nothing', []],
  ])('for %j finds %j', (text, found) => expect(search(hierarchy, text)).toEqual(found));
});
