/** Draws the graph: open modules, lines, then boxes. The same for the screen, for pictures and for SVG files. */
import type { Rect } from '../camera.js';
import { boxLabel, type BoxLabel } from '../labels.js';
import { hasArrow, type Scene } from '../scene.js';
import type { Shade } from '../fill.js';
import { shapeOf, TITLE } from '../sizes.js';
import type { Trace, TraceMode } from '../trace.js';
import type { GraphPalette } from './style.js';
import { fitted, type Pen, type TextStyle } from './pen.js';

/** What is shown of a scene beside its shape. */
export interface Look {
  readonly shades: ReadonlyMap<number, Shade>;
  readonly chosen: number | null;
  /** Whether the keyboard is here: the chosen box has a thicker frame. */
  readonly focused: boolean;
  readonly found: ReadonlySet<number>;
  readonly trace: Trace | null;
  readonly traceMode: TraceMode;
}

const TEXT = 12;
const SMALL = 11;
/** Pixels of height below which letters and boxes are left out. */
const READABLE = 5.5;
const SEEN = 0.6;

const labels = new WeakMap<object, Map<number, BoxLabel>>();

function labelOf({ hierarchy }: Scene, id: number): BoxLabel {
  let known = labels.get(hierarchy);
  if (!known) labels.set(hierarchy, (known = new Map<number, BoxLabel>()));
  let label = known.get(id);
  if (!label) known.set(id, (label = boxLabel(hierarchy, id)));
  return label;
}

const meets = (a: Rect, left: number, top: number, right: number, bottom: number): boolean =>
  right >= a.x && left <= a.x + a.width && bottom >= a.y && top <= a.y + a.height;

function panel(pen: Pen, scene: Scene, id: number, rect: Rect, palette: GraphPalette): void {
  const { x, y, width, height } = rect;
  pen.rect(x, y, width, height, { fill: palette.panel, stroke: palette.panelBorder, radius: 6 });
  // where letters of the graph's size could not be read, titles of modules that are large enough keep theirs
  const size = Math.max(TEXT, 10 / pen.scale);
  if (width * pen.scale < 70 || height * pen.scale < 24) return;
  const style: TextStyle = { fill: palette.muted, size, bold: true };
  const middle = y + Math.max(TITLE, size * 1.8) / 2;
  const text = fitted(pen, labelOf(scene, id).title, width - size * 2.4, style);
  pen.text('▾', x + size * 0.6, middle, style);
  pen.text(text, x + size * 1.7, middle, style);
}

/** Units between the beginnings of two stripes, and between those of two rows. */
const STRIPE = 12;
const ROW = 8;

/** Fills as much of a box as its shade says, the way it says. From afar, where stripes could not be told apart, evenly. */
function fillBox(pen: Pen, { x, y, width, height }: Rect, { fifths, tone, pattern }: Shade, palette: GraphPalette): void {
  const fill = palette.tones[tone];
  const [left, top, right, bottom] = [x + 1, y + 1, x + 1 + ((width - 2) * fifths) / 5, y + height - 1];
  if (pattern === undefined || ROW * pen.scale < 2) pen.rect(left, top, right - left, bottom - top, { fill, radius: 3 });
  else if (pattern === 'stripes')
    for (let at = left; at < right; at += STRIPE) pen.rect(at, top, Math.min(STRIPE / 2, right - at), bottom - top, { fill });
  else for (let at = top; at < bottom; at += ROW) pen.rect(left, at, right - left, Math.min(ROW / 2, bottom - at), { fill });
}

function box(pen: Pen, scene: Scene, id: number, rect: Rect, { shades }: Look, palette: GraphPalette, faint: boolean): void {
  const { x, y, width, height } = rect;
  const shape = shapeOf(scene.hierarchy, scene.hierarchy.boxes[id]);
  const shade = shades.get(id);
  const radius = shape === 'value' ? height / 2 : 4;
  const border = { stroke: palette.border, width: shape === 'layer' || shape === 'module' ? 1.4 : 1 };
  if (shape === 'module') pen.rect(x + 3, y + 3, width, height, { fill: palette.background, ...border, radius });
  pen.rect(x, y, width, height, { fill: palette.background, ...border, radius });
  if (shade) fillBox(pen, rect, shade, palette);
  if (TEXT * pen.scale < READABLE) return;

  const { title, detail } = labelOf(scene, id);
  const strong: TextStyle = { fill: faint ? palette.muted : palette.foreground, size: TEXT, bold: shape === 'layer' || shape === 'module' };
  if (shape === 'value' || shape === 'operator') {
    pen.text(fitted(pen, title, width - 16, strong), x + width / 2, y + height / 2, { ...strong, align: 'center' });
    return;
  }
  const figure: TextStyle = { fill: strong.fill, size: SMALL };
  const room = shade ? pen.measure(shade.text, figure) + 8 : 0;
  const indent = shape === 'module' ? 22 : 9;
  if (shape === 'module') pen.text('▸', x + 8, y + height * 0.33, strong);
  pen.text(fitted(pen, title, width - indent - 8 - room, strong), x + indent, y + height * 0.33, strong);
  if (shade) pen.text(shade.text, x + width - 8, y + height * 0.33, { ...figure, align: 'end' });
  const small: TextStyle = { fill: strong.fill, size: SMALL };
  pen.text(fitted(pen, detail, width - indent - 8, small), x + indent, y + height * 0.7, small);
}

/** @param sight the part to draw, in units of the graph */
export function drawGraph(pen: Pen, scene: Scene, look: Look, palette: GraphPalette, sight: Rect): void {
  const { layout, open, visible, reach } = scene;
  const { ids, rects, starts, points } = layout;
  const { trace, traceMode } = look;
  const inSight = (i: number): boolean =>
    meets(sight, rects[4 * i], rects[4 * i + 1], rects[4 * i] + rects[4 * i + 2] + 4, rects[4 * i + 1] + rects[4 * i + 3] + 4);
  const rectOf = (i: number): Rect => ({ x: rects[4 * i], y: rects[4 * i + 1], width: rects[4 * i + 2], height: rects[4 * i + 3] });

  ids.forEach((id, i) => {
    if (open.has(id) && inSight(i) && rects[4 * i + 3] * pen.scale > 2 * SEEN) panel(pen, scene, id, rectOf(i), palette);
  });

  const ways = new Map<number, 'up' | 'down'>();
  for (const { segments } of trace?.down ?? []) for (const segment of segments) ways.set(segment, 'down');
  for (const { segments } of trace?.up ?? []) for (const segment of segments) ways.set(segment, 'up');
  const arrows = ARROWS_FROM <= pen.scale;
  const line = (segment: number, style: { stroke: string; width: number; dash?: readonly number[] }): void => {
    const [start, end] = [starts[segment], starts[segment + 1]];
    if (end - start < 2) return;
    const [left, top, right, bottom] = reach.subarray(4 * segment, 4 * segment + 4);
    if ((bottom - top + right - left) * pen.scale < 2 || !meets(sight, left, top, right, bottom)) return;
    pen.line(points, start, end, { ...style, arrow: arrows && hasArrow(scene, segment) });
  };
  visible.segments.forEach((_, segment) => {
    if (!ways.has(segment)) line(segment, { stroke: palette.line, width: 1 });
  });
  for (const [segment, way] of ways)
    line(segment, way === 'up' ? { stroke: palette.up, width: 2.2 } : { stroke: palette.down, width: 2.2, dash: [7, 4] });

  const far = traceMode !== 'near' && trace;
  ids.forEach((id, i) => {
    if (open.has(id) || !inSight(i) || rects[4 * i + 3] * pen.scale < SEEN) return;
    box(pen, scene, id, rectOf(i), look, palette, Boolean(far && !trace.boxes.has(id)));
  });

  const frame = (id: number, stroke: string, width: number, dash?: readonly number[]): void => {
    const rect = scene.rects.get(id);
    if (!rect) return;
    const gap = 2 + width / 2 / pen.scale;
    pen.rect(rect.x - gap, rect.y - gap, rect.width + 2 * gap, rect.height + 2 * gap, {
      stroke,
      width,
      radius: 6,
      ...(dash ? { dash } : {}),
    });
  };
  for (const id of look.found) frame(id, palette.found, 2, [4, 3]);
  if (look.chosen !== null) frame(look.chosen, palette.chosen, look.focused ? 3 : 2);
}

const ARROWS_FROM = 0.3;
