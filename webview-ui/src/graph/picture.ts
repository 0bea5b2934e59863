/** The graph as a file: all of it, as it looks. */
import { canvasPen } from './draw/canvasPen.js';
import { drawGraph, type Look } from './draw/draw.js';
import type { GraphPalette } from './draw/style.js';
import { svgPen } from './draw/svgPen.js';
import { MARGIN, pictureScale } from './pictureScale.js';
import type { Scene } from './scene.js';

const everything = ({ width, height }: Scene) => ({ x: -MARGIN, y: -MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN });

export async function graphPng(scene: Scene, look: Look, palette: GraphPalette): Promise<Uint8Array> {
  const scale = pictureScale(scene.width, scene.height);
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round((scene.width + 2 * MARGIN) * scale)),
    Math.max(1, Math.round((scene.height + 2 * MARGIN) * scale)),
  );
  const context = canvas.getContext('2d') as unknown as CanvasRenderingContext2D;
  context.fillStyle = palette.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(scale, 0, 0, scale, MARGIN * scale, MARGIN * scale);
  drawGraph(canvasPen(context, scale, palette.fontFamily), scene, look, palette, everything(scene));
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await blob.arrayBuffer());
}

export function graphSvg(scene: Scene, look: Look, palette: GraphPalette, title: string): Uint8Array {
  const ruler = canvasPen(new OffscreenCanvas(1, 1).getContext('2d') as unknown as CanvasRenderingContext2D, 1, palette.fontFamily);
  const pen = svgPen(palette.fontFamily, (text, style) => ruler.measure(text, style));
  drawGraph(pen, scene, look, palette, everything(scene));
  return new TextEncoder().encode(pen.document(scene.width, scene.height, palette.background, title));
}
