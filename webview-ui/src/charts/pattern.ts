/** Fillings that tell series apart without their colour. */

/** Strokes on a square tile of eight pixels, one filling each. */
const strokes: readonly ((pen: CanvasRenderingContext2D) => void)[] = [
  (pen) => pen.fillRect(0, 0, 8, 8),
  (pen) => {
    pen.lineWidth = 2.5;
    for (const shift of [-8, 0, 8]) {
      pen.moveTo(shift - 2, 10);
      pen.lineTo(shift + 10, -2);
    }
    pen.stroke();
  },
  (pen) => {
    for (const [x, y] of [
      [1, 1],
      [5, 5],
    ])
      pen.fillRect(x, y, 2.5, 2.5);
  },
];

const made = new Map<string, CanvasPattern | string>();

/** Filling number `index` (solid, hatched, dotted) in a colour, over a background. */
export function filling(color: string, background: string, index: number): CanvasPattern | string {
  if (index % strokes.length === 0) return color;
  const key = `${color} ${background} ${index % strokes.length}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const tile = document.createElement('canvas');
  tile.width = tile.height = 8;
  const pen = tile.getContext('2d')!;
  pen.fillStyle = background;
  pen.fillRect(0, 0, 8, 8);
  pen.fillStyle = pen.strokeStyle = color;
  pen.beginPath();
  strokes[index % strokes.length](pen);
  const pattern = pen.createPattern(tile, 'repeat') ?? color;
  made.set(key, pattern);
  return pattern;
}
