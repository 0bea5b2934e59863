import { arrowHead, smooth, type LineStyle, type Pen, type RectStyle } from './pen.js';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text that can stand in XML; characters that XML forbids are left out. */
const xml = (text: string): string =>
  text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (character) => escapes[character]);

const number = (value: number): string => String(Math.round(value * 100) / 100);

export interface SvgPen extends Pen {
  /** The drawing so far as a document of `width` × `height` units with room around. */
  document(width: number, height: number, background: string, title: string): string;
}

/** Draws into the text of an SVG file. @param measure as in `Pen` */
export function svgPen(fontFamily: string, measure: Pen['measure']): SvgPen {
  const shapes: string[] = [];
  const paint = (style: Partial<RectStyle & LineStyle>, fill?: string): string =>
    [
      `fill="${xml(fill ?? 'none')}"`,
      style.stroke ? `stroke="${xml(style.stroke)}" stroke-width="${number(style.width ?? 1)}"` : '',
      style.dash?.length ? `stroke-dasharray="${style.dash.map(number).join(' ')}"` : '',
    ]
      .filter(Boolean)
      .join(' ');
  return {
    scale: 1,
    rect(x, y, width, height, style) {
      const radius = style.radius ? ` rx="${number(style.radius)}"` : '';
      shapes.push(
        `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"${radius} ${paint(style, style.fill)}/>`,
      );
    },
    line(points, start, end, style) {
      let path = '';
      smooth(
        points,
        start,
        end,
        (x, y) => (path += `M${number(x)} ${number(y)}`),
        (x, y) => (path += `L${number(x)} ${number(y)}`),
        (...numbers) => (path += `C${numbers.map(number).join(' ')}`),
      );
      shapes.push(`<path d="${path}" ${paint(style)}/>`);
      if (!style.arrow) return;
      const corners = arrowHead(points, end).map(([x, y]) => `${number(x)} ${number(y)}`);
      shapes.push(`<path d="M${corners.join('L')}Z" ${paint({}, style.stroke)}/>`);
    },
    text(text, x, y, { fill, size, bold, align = 'start' }) {
      const anchor = align === 'center' ? 'middle' : align;
      shapes.push(
        `<text x="${number(x)}" y="${number(y)}" fill="${xml(fill)}" font-size="${number(size)}"${bold ? ' font-weight="600"' : ''} text-anchor="${anchor}" dominant-baseline="central">${xml(text)}</text>`,
      );
    },
    measure,
    document(width, height, background, title) {
      const margin = 16;
      const box = [-margin, -margin, width + 2 * margin, height + 2 * margin].map(number);
      return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box.join(' ')}" width="${box[2]}" height="${box[3]}" font-family="${xml(fontFamily)}">`,
        `<title>${xml(title)}</title>`,
        `<rect x="${box[0]}" y="${box[1]}" width="${box[2]}" height="${box[3]}" fill="${xml(background)}"/>`,
        ...shapes,
        '</svg>',
        '',
      ].join('\n');
    },
  };
}
