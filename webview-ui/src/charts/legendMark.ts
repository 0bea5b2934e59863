/** Points for legends whose marks are as wide as a piece of a dashed line: chart.js would stretch its own to that width. */
const SIZE = 14;

const made = new Map<string, HTMLCanvasElement>();

/** A circle or a triangle in the middle of a small picture. */
export function legendMark(shape: 'circle' | 'triangle', stroke: string, fill: string): HTMLCanvasElement {
  const key = `${shape} ${stroke} ${fill}`;
  const known = made.get(key);
  if (known) return known;
  const picture = document.createElement('canvas');
  picture.width = picture.height = SIZE;
  const pen = picture.getContext('2d')!;
  const middle = SIZE / 2;
  pen.beginPath();
  if (shape === 'circle') pen.arc(middle, middle, 4.5, 0, 2 * Math.PI);
  else
    for (const turn of [-90, 30, 150])
      pen.lineTo(middle + 5.5 * Math.cos((turn * Math.PI) / 180), middle + 1 + 5.5 * Math.sin((turn * Math.PI) / 180));
  pen.closePath();
  pen.fillStyle = fill;
  pen.fill();
  pen.strokeStyle = stroke;
  pen.lineWidth = 1.5;
  pen.stroke();
  made.set(key, picture);
  return picture;
}
