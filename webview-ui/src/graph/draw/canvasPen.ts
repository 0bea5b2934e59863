import { arrowHead, smooth, type LineStyle, type Pen, type RectStyle, type TextStyle } from './pen.js';

/** Draws into `context`, whose transformation is that of the graph at `scale` pixels a unit. */
export function canvasPen(context: CanvasRenderingContext2D, scale: number, fontFamily: string): Pen {
  const stroke = (style: LineStyle | RectStyle): void => {
    context.strokeStyle = style.stroke!;
    context.lineWidth = (style.width ?? 1) / scale;
    context.setLineDash((style.dash ?? []).map((length) => length / scale));
    context.stroke();
  };
  const font = ({ size, bold }: TextStyle): void => {
    context.font = `${bold ? '600 ' : ''}${size}px ${fontFamily}`;
  };
  return {
    scale,
    rect(x, y, width, height, style) {
      context.beginPath();
      if (style.radius) context.roundRect(x, y, width, height, style.radius);
      else context.rect(x, y, width, height);
      if (style.fill) {
        context.fillStyle = style.fill;
        context.fill();
      }
      if (style.stroke) stroke(style);
    },
    line(points, start, end, style) {
      context.beginPath();
      smooth(
        points,
        start,
        end,
        (x, y) => context.moveTo(x, y),
        (x, y) => context.lineTo(x, y),
        (x1, y1, x2, y2, x, y) => context.bezierCurveTo(x1, y1, x2, y2, x, y),
      );
      stroke(style);
      if (!style.arrow) return;
      const [tip, left, right] = arrowHead(points, end);
      context.beginPath();
      context.moveTo(...tip);
      context.lineTo(...left);
      context.lineTo(...right);
      context.closePath();
      context.fillStyle = style.stroke;
      context.fill();
    },
    text(text, x, y, style) {
      font(style);
      context.fillStyle = style.fill;
      context.textAlign = style.align ?? 'start';
      context.textBaseline = 'middle';
      context.direction = 'ltr';
      context.fillText(text, x, y);
    },
    measure(text, style) {
      font(style);
      return context.measureText(text).width;
    },
  };
}
