import { shorten } from '../../../report/names.js';
import { formatReal } from '../../../report/units.js';
import { html, type Markup } from './markup.js';

/** Charts as SVG. Each has its figures in words for those who do not see it, and a table elsewhere has them all. */

const WIDTH = 720;

interface Bar {
  readonly name: string;
  readonly value: number;
  /** What is written at its end. */
  readonly text: string;
  /** Drawn as an outline: predicted, not measured. */
  readonly open?: boolean;
}

const ROW = 20;
const NAMES = 240;
const TEXTS = 170;

/** Bars to the right, one below the other. */
export function barChart(title: string, description: string, bars: readonly Bar[]): Markup {
  const most = Math.max(...bars.map(({ value }) => value), 1e-9);
  const length = (value: number): number => Math.max(1, (Math.max(0, value) / most) * (WIDTH - NAMES - TEXTS));
  const height = bars.length * ROW + 4;
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
    <desc>${description}</desc>
    ${bars.map(
      ({ name, value, text, open }, i) =>
        html`<text x="${NAMES - 8}" y="${i * ROW + 15}" text-anchor="end">${shorten(name, 36)}</text
          ><rect
            class="${open ? 'open' : 'a'}"
            x="${NAMES}"
            y="${i * ROW + 4}"
            width="${length(value).toFixed(1)}"
            height="${ROW - 7}"
            rx="2"
          /><text class="soft" x="${(NAMES + length(value) + 6).toFixed(1)}" y="${i * ROW + 15}">${text}</text> `,
    )}
  </svg>`;
}

export interface Line {
  readonly name: string;
  /** In order of x. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Whether each point has a dot. */
  readonly dots?: boolean;
}

interface Axis {
  readonly title: string;
  readonly text: (value: number) => string;
  /** What its ticks are round numbers of; 1 when left out. */
  readonly unit?: number;
}

const LEFT = 60;
const RIGHT = 16;
const TOP = 12;
const BOTTOM = 44;
const HEIGHT = 300;

/** Round multiples of an axis's unit. */
const ticksOf = ({ unit = 1 }: Axis, lo: number, hi: number, count: number): number[] =>
  ticks(lo / unit, hi / unit, count).map((value) => value * unit);

/** Round numbers that split a range into about `count` steps. */
export function ticks(lo: number, hi: number, count: number): number[] {
  const rough = (hi - lo) / count;
  if (!(rough > 0) || !Number.isFinite(rough)) return [lo];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999)!;
  const first = Math.ceil(lo / step);
  return Array.from({ length: Math.max(1, Math.floor(hi / step + 1e-9) - first + 1) }, (_, i) => (first + i) * step);
}

/** At most two lines over common axes, and single points with their names. */
export function lineChart(
  title: string,
  description: string,
  {
    x,
    y,
    lines,
    marks = [],
  }: {
    readonly x: Axis;
    readonly y: Axis;
    readonly lines: readonly Line[];
    readonly marks?: readonly { readonly x: number; readonly y: number; readonly name: string }[];
  },
): Markup {
  const points = [...lines.flatMap((line) => line.points), ...marks];
  const range = (values: readonly number[]): readonly [number, number] => {
    const [lo, hi] = [Math.min(...values), Math.max(...values)];
    return lo < hi ? [lo, hi] : [lo - 1, hi + 1];
  };
  const [x0, x1] = range(points.map((point) => point.x));
  const [low, high] = range(points.map((point) => point.y));
  const [y0, y1] = [Math.min(low, 0), high + (high - low) * 0.05];
  const px = (value: number): string => (LEFT + ((value - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const py = (value: number): string => (TOP + (1 - (value - y0) / (y1 - y0)) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const path = (line: Line): string => line.points.map((point, i) => `${i === 0 ? 'M' : 'L'}${px(point.x)} ${py(point.y)}`).join('');
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
    <desc>${description}</desc>
    ${ticksOf(y, y0, y1, 5).map(
      (value) =>
        html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${py(value)}" y2="${py(value)}" /><text
            class="soft"
            x="${LEFT - 8}"
            y="${py(value)}"
            dy="4"
            text-anchor="end"
            >${y.text(value)}</text
          >`,
    )}
    ${ticksOf(x, x0, x1, 7).map((value) => html`<text class="soft" x="${px(value)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${x.text(value)}</text>`)}
    <line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM}" />
    <text class="soft" x="${WIDTH - RIGHT}" y="${HEIGHT - 6}" text-anchor="end">${x.title}</text>
    <text class="soft" x="${LEFT}" y="${HEIGHT - 6}">${y.title} ↑</text>
    ${lines.map(
      (line, i) =>
        html`<path
            class="${i === 0 ? 'la' : 'lb'}"
            d="${path(line)}"
          />${line.dots ? line.points.map((point) => html`<circle class="${i === 0 ? 'a' : 'b'}" r="3" cx="${px(point.x)}" cy="${py(point.y)}" />`) : null}${
            line.name === ''
              ? null
              : html`<line
                    class="${i === 0 ? 'la' : 'lb'}"
                    x1="${LEFT + 10}"
                    x2="${LEFT + 40}"
                    y1="${TOP + 8 + 18 * i}"
                    y2="${TOP + 8 + 18 * i}"
                  /><text x="${LEFT + 46}" y="${TOP + 12 + 18 * i}">${line.name}</text>`
          }`,
    )}
    ${marks.map(
      (mark) =>
        html`<circle class="open" r="5" cx="${px(mark.x)}" cy="${py(mark.y)}" /><text
            x="${px(mark.x)}"
            y="${py(mark.y)}"
            dx="${mark.x > (x0 + x1) / 2 ? -9 : 9}"
            dy="16"
            text-anchor="${mark.x > (x0 + x1) / 2 ? 'end' : 'start'}"
            >${mark.name}</text
          >`,
    )}
  </svg>`;
}

/** A histogram with the ends of a clip range on it. */
export function histogram(
  title: string,
  { lo, hi, counts }: { readonly lo: number; readonly hi: number; readonly counts: readonly number[] },
  clip: { readonly lo: number; readonly hi: number } | null,
): Markup {
  const [width, height] = [360, 90];
  const most = Math.max(...counts, 1);
  const step = width / Math.max(1, counts.length);
  const at = (value: number): string => (((value - lo) / (hi - lo || 1)) * width).toFixed(1);
  const inside = (value: number): boolean => value > lo && value < hi;
  return html`<svg viewBox="0 0 ${width} ${height + 18}" role="img" aria-label="${title}" style="max-width:24rem">
    <desc>From ${formatReal(lo)} to ${formatReal(hi)}</desc>
    ${counts.map((count, i) =>
      count === 0
        ? null
        : html`<rect
            class="a"
            x="${(i * step).toFixed(2)}"
            y="${(height - (count / most) * height).toFixed(1)}"
            width="${Math.max(0.5, step - 0.5).toFixed(2)}"
            height="${((count / most) * height).toFixed(1)}"
          />`,
    )}
    ${clip ? [clip.lo, clip.hi].filter(inside).map((end) => html`<line class="lb" x1="${at(end)}" x2="${at(end)}" y1="0" y2="${height}" />`) : null}
    <line class="axis" x1="0" x2="${width}" y1="${height}" y2="${height}" />
    <text class="soft" x="0" y="${height + 14}">${formatReal(lo)}</text>
    <text class="soft" x="${width}" y="${height + 14}" text-anchor="end">${formatReal(hi)}</text>
  </svg>`;
}
