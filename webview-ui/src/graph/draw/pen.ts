/** What the graph is drawn with: on a canvas, or into an SVG file. Coordinates are those of the graph. */
export interface Pen {
  /** Pixels to a unit of the graph. */
  readonly scale: number;
  rect(x: number, y: number, width: number, height: number, style: RectStyle): void;
  /** A smooth line through the points `start` to `end` of `points`. */
  line(points: Float32Array, start: number, end: number, style: LineStyle): void;
  /** One line of text whose middle is at `y`; `text` already fits. */
  text(text: string, x: number, y: number, style: TextStyle): void;
  /** Width of `text` in units of the graph. */
  measure(text: string, style: TextStyle): number;
}

export interface RectStyle {
  readonly fill?: string;
  readonly stroke?: string;
  /** In pixels, whatever the scale. */
  readonly width?: number;
  readonly dash?: readonly number[];
  readonly radius?: number;
}

export interface LineStyle {
  readonly stroke: string;
  readonly width: number;
  readonly dash?: readonly number[];
  readonly arrow?: boolean;
}

export interface TextStyle {
  readonly fill: string;
  readonly size: number;
  readonly bold?: boolean;
  readonly align?: 'start' | 'end' | 'center';
}

/** A smooth line through points one below the other: it leaves and reaches every point straight down, so that pieces join without a bend. */
export function smooth(
  points: Float32Array,
  start: number,
  end: number,
  moveTo: (x: number, y: number) => void,
  lineTo: (x: number, y: number) => void,
  curveTo: (x1: number, y1: number, x2: number, y2: number, x: number, y: number) => void,
): void {
  let [x, y] = [points[2 * start], points[2 * start + 1]];
  moveTo(x, y);
  for (let i = start + 1; i < end; i++) {
    const [nextX, nextY] = [points[2 * i], points[2 * i + 1]];
    const half = (y + nextY) / 2;
    if (Math.abs(nextX - x) < 0.5 || nextY === y) lineTo(nextX, nextY);
    else curveTo(x, half, nextX, half, nextX, nextY);
    [x, y] = [nextX, nextY];
  }
}

export const ARROW = 6;

/** The three corners of the arrow at the end of a line. */
export function arrowHead(points: Float32Array, end: number): readonly [number, number][] {
  const [x, y] = [points[2 * end - 2], points[2 * end - 1]];
  const [fromX, fromY] = [points[2 * end - 4], points[2 * end - 3]];
  const sideways = y === fromY;
  const angle = sideways ? (fromX > x ? Math.PI : 0) : y > fromY ? Math.PI / 2 : -Math.PI / 2;
  const corner = (turn: number): [number, number] => [x - ARROW * Math.cos(angle + turn), y - ARROW * Math.sin(angle + turn)];
  return [[x, y], corner(0.45), corner(-0.45)];
}

const fits = new Map<string, string>();

/** `text` cut to `room` units, with an ellipsis in its middle where names differ least. */
export function fitted(pen: Pen, text: string, room: number, style: TextStyle): string {
  const key = `${room} ${style.size} ${style.bold ?? false} ${text}`;
  const known = fits.get(key);
  if (known !== undefined) return known;
  let result = text;
  if (pen.measure(text, style) > room) {
    const characters = Array.from(text);
    let [fit, not] = [0, characters.length];
    const cut = (keep: number): string => {
      const tail = keep >> 1;
      return `${characters.slice(0, keep - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
    };
    while (not - fit > 1) {
      const middle = (fit + not) >> 1;
      if (pen.measure(cut(middle), style) <= room) fit = middle;
      else not = middle;
    }
    result = cut(fit);
  }
  if (fits.size > 20_000) fits.clear();
  fits.set(key, result);
  return result;
}
