/** Bytes in the binary unit that keeps the number short. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, bytes > 0 ? Math.floor(Math.log2(bytes) / 10) : 0);
  return power === 0 ? `${bytes} B` : `${(bytes / 2 ** (10 * power)).toFixed(1)} ${units[power]}`;
}

/** 61,706 */
export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** Three significant digits, without an exponent where that stays short. */
export function formatReal(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e5 ? Number(value.toPrecision(3)).toString() : value.toExponential(2);
}

/** `exact` for an error of zero. */
export const formatDecibels = (value: number | null): string => (value === null ? 'exact' : value.toFixed(1));
