/** A chart as a picture for a document: with its title and what it says, in the theme's colours, as large whatever the window's size. */
import { Chart, type ChartConfiguration } from 'chart.js';
import type { ChartConfig, Point } from './chart.js';
import { readPalette, type Palette } from './palette.js';
import { wrap } from './wrap.js';

const WIDTH = 960;
const CHART_HEIGHT = 480;
const MARGIN = 24;
/** Canvas pixels to one of the picture's. */
const SCALE = 2;

/** Draws the chart that `build` makes, without movement, on a canvas of its own. */
function chartCanvas(build: (palette: Palette) => ChartConfig, palette: Palette): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH - 2 * MARGIN;
  canvas.height = CHART_HEIGHT;
  const { type, data, options } = build({ ...palette, animate: false }) as ChartConfiguration<'bar', Point[]>;
  const chart = new Chart(canvas, {
    type,
    data,
    options: { ...options, responsive: false, animation: false, devicePixelRatio: SCALE },
  });
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  copy.getContext('2d')!.drawImage(canvas, 0, 0);
  chart.destroy();
  return copy;
}

/** The picture as PNG. */
export async function chartPng(build: (palette: Palette) => ChartConfig, title: string, reading: string): Promise<Uint8Array> {
  const palette = readPalette();
  const chart = chartCanvas(build, palette);
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d')!;
  const fonts = { title: `600 16px ${palette.fontFamily}`, reading: `13px ${palette.fontFamily}` };
  context.font = fonts.reading;
  const lines = wrap(reading, WIDTH - 2 * MARGIN, (text) => context.measureText(text).width);
  const top = MARGIN + 20 + lines.length * 19 + 10;
  canvas.width = WIDTH * SCALE;
  canvas.height = (top + CHART_HEIGHT + MARGIN) * SCALE;
  context.scale(SCALE, SCALE);
  context.fillStyle = palette.background;
  context.fillRect(0, 0, WIDTH, canvas.height / SCALE);
  context.fillStyle = palette.foreground;
  context.textBaseline = 'top';
  context.font = fonts.title;
  context.fillText(title, MARGIN, MARGIN);
  context.font = fonts.reading;
  context.fillStyle = palette.muted;
  lines.forEach((line, i) => context.fillText(line, MARGIN, MARGIN + 26 + i * 19));
  context.drawImage(chart, MARGIN, top, WIDTH - 2 * MARGIN, CHART_HEIGHT);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  return new Uint8Array(await blob!.arrayBuffer());
}
