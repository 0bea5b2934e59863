const LONGEST = 80;

/** A name out of a file, fit for a one-line message: quoted, control characters escaped, long ones cut in the middle. */
export function quote(name: string): string {
  const short = name.length > LONGEST ? `${name.slice(0, LONGEST - 20)}…${name.slice(-19)}` : name;
  // JSON leaves U+2028, U+2029 and the C1 controls as they are; they would break the line.
  return JSON.stringify(short).replace(/[\u007f-\u009f\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Bytes as people read them: `132 bytes`, `4.7 MB`. */
export function bytes(count: number): string {
  if (count === 1) return '1 byte';
  if (count < 1e4) return `${count} bytes`;
  for (const [unit, size] of [
    ['GB', 1e9],
    ['MB', 1e6],
  ] as const)
    if (count >= size) return `${(count / size).toFixed(1)} ${unit}`;
  return `${(count / 1e3).toFixed(1)} kB`;
}

/** A shape as people read it: `[64, 3, 7, 7]`. */
export function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape.map((d) => (d === null ? '?' : String(d))).join(', ')}]`;
}
