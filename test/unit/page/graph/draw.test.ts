import { describe, expect, it } from 'vitest';
import { drawGraph, type Look } from '../../../../webview-ui/src/graph/draw/draw.js';
import { arrowHead, fitted, type Pen } from '../../../../webview-ui/src/graph/draw/pen.js';
import type { GraphPalette } from '../../../../webview-ui/src/graph/draw/style.js';
import { svgPen } from '../../../../webview-ui/src/graph/draw/svgPen.js';
import { buildHierarchy } from '../../../../webview-ui/src/graph/hierarchy.js';
import { layoutGraph } from '../../../../webview-ui/src/graph/layout/layout.js';
import { layoutRequest } from '../../../../webview-ui/src/graph/layout/request.js';
import { pictureScale } from '../../../../webview-ui/src/graph/pictureScale.js';
import { buildScene } from '../../../../webview-ui/src/graph/scene.js';
import { traceFrom } from '../../../../webview-ui/src/graph/trace.js';
import { visibleGraph } from '../../../../webview-ui/src/graph/visible.js';
import { chain } from './graphs.js';

const palette: GraphPalette = {
  foreground: 'fg',
  muted: 'muted',
  background: 'bg',
  border: 'border',
  line: 'line',
  panel: 'panel',
  panelBorder: 'edge',
  chosen: 'chosen',
  found: 'found',
  up: 'up',
  down: 'down',
  tones: { hot: 'hot', warm: 'warm', cool: 'cool', amount: 'amount' },
  fontFamily: 'Test Sans',
};

/** Every letter is half as wide as it is high. */
const measure: Pen['measure'] = (text, { size }) => (Array.from(text).length * size) / 2;

async function svg(look: Partial<Look> = {}): Promise<string> {
  const hierarchy = buildHierarchy(chain(['in:x', 'Conv:m/<conv>', 'Relu:m/relu', 'Gemm:fc & co', 'out:y'], ['m/<conv>', 'fc & co']));
  const open = new Set([hierarchy.boxes.find(({ key, point }) => key === 'm' && !point)!.id]);
  const visible = visibleGraph(hierarchy, open);
  const scene = buildScene(hierarchy, visible, open, await layoutGraph(layoutRequest(hierarchy, visible), new Map()));
  const pen = svgPen(palette.fontFamily, measure);
  const trace = look.chosen ? traceFrom(scene, look.chosen, look.traceMode ?? 'near') : null;
  const whole: Look = { shades: new Map(), chosen: null, focused: false, found: new Set(), traceMode: 'near', ...look, trace };
  drawGraph(pen, scene, whole, palette, { x: -16, y: -16, width: scene.width + 32, height: scene.height + 32 });
  return pen.document(scene.width, scene.height, palette.background, 'a <graph>');
}

describe('the graph as an SVG file', () => {
  it('has a box for everything that is shown, and names only as text', async () => {
    const text = await svg();
    for (const name of ['x', 'Conv', '&lt;conv&gt;', 'Relu', 'Gemm', 'fc &amp; co', 'y', 'm']) expect(text).toContain(`>${name}</text>`);
    expect(text).not.toContain('<conv>');
    expect(text).toContain('<title>a &lt;graph&gt;</title>');
    expect(text.match(/ fill="none" stroke="line"/g)).toHaveLength(6);
  });

  it('fills boxes as far as their shade says', async () => {
    const text = await svg({ shades: new Map([[3, { fifths: 2, tone: 'warm', text: '26 dB' }]]) });
    const [, width] = /width="([\d.]+)"[^>]*fill="warm"/.exec(text)!;
    expect(Number(width)).toBeCloseTo((166 * 2) / 5, 1);
    expect(text).toContain('>26 dB</text>');
  });

  it('fills boxes of categories with stripes or rows that stay inside', async () => {
    for (const pattern of ['stripes', 'rows'] as const) {
      const text = await svg({ shades: new Map([[3, { fifths: 5, tone: 'cool', pattern, text: 'outliers' }]]) });
      const parts = [...text.matchAll(/x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)" fill="cool"/g)];
      expect(parts.length).toBeGreaterThan(3);
      const [right, bottom] = [1, 2].map((at) => Math.max(...parts.map((part) => Number(part[at]) + Number(part[at + 2]))));
      const [left, top] = [1, 2].map((at) => Math.min(...parts.map((part) => Number(part[at]))));
      expect(right - left).toBeLessThanOrEqual(166);
      expect(bottom - top).toBeLessThanOrEqual(48);
    }
  });

  it('tells lines to and from the chosen box by their dash as well as by their colour', async () => {
    const text = await svg({ chosen: 2 });
    expect(text.match(/stroke="up" stroke-width="2.2"\/>/g)).toHaveLength(1);
    expect(text.match(/stroke="down" stroke-width="2.2" stroke-dasharray="7 4"\/>/g)!.length).toBeGreaterThan(0);
    expect(text).toContain('stroke="chosen"');
  });

  it('is drawn small enough for what browsers can draw', () => {
    expect(pictureScale(500, 900)).toBe(2);
    expect(pictureScale(500, 300_000) * 300_000).toBeLessThanOrEqual(16_000);
    expect((pictureScale(20_000, 20_000) * 20_000) ** 2).toBeLessThanOrEqual(100e6);
  });
});

describe('drawing', () => {
  it('cuts names in the middle', () => {
    const pen = { measure } as Pen;
    const style = { fill: 'fg', size: 10 };
    expect(fitted(pen, 'abc', 15, style)).toBe('abc');
    const cut = fitted(pen, 'abcdefghij', 30, style);
    expect(cut).toMatch(/^abc?…i?j$/);
    expect(measure(cut, style)).toBeLessThanOrEqual(30);
    expect(fitted(pen, '🙂🙂🙂🙂🙂', 15, style)).toBe('🙂…🙂');
  });

  it.each([
    [[0, 0, 0, 10], 'down', [0, 10], 4],
    [[10, 5, 0, 5], 'left', [0, 5], 5],
    [[0, 5, 10, 5], 'right', [10, 5], 4],
  ])('puts the arrow at the end of %j, pointing %s', (points, way, tip) => {
    const [end, a, b] = arrowHead(Float32Array.from(points), 2);
    expect(end).toEqual(tip);
    const back = way === 'down' ? [a[1], b[1]] : [a[0], b[0]];
    for (const value of back) {
      if (way === 'left') expect(value).toBeGreaterThan(tip[0]);
      else expect(value).toBeLessThan(way === 'down' ? tip[1] : tip[0]);
    }
  });
});
