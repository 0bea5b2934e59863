/** Numbers as people read them. Values that a message could not carry (NaN, ±Inf arrive as null) come out as a dash. */
import { currentLocale, t } from './l10n.js';

type Figure = number | null | undefined;

const formatters = new Map<string, Intl.NumberFormat>();

function number(value: number, options: Intl.NumberFormatOptions): string {
  const key = `${currentLocale()} ${JSON.stringify(options)}`;
  let formatter = formatters.get(key);
  if (!formatter) formatters.set(key, (formatter = new Intl.NumberFormat(currentLocale(), options)));
  return formatter.format(value);
}

const isNumber = (value: Figure): value is number => typeof value === 'number' && Number.isFinite(value);

export const dash = '–';

/** 61,706 */
export const formatCount = (value: Figure): string => (isNumber(value) ? number(value, { maximumFractionDigits: 0 }) : dash);

/** Three significant digits and a unit prefix: 416 k, 1.85 G. */
export function formatCompact(value: Figure): string {
  if (!isNumber(value)) return dash;
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P'];
  let power = value === 0 ? 0 : Math.max(0, Math.min(prefixes.length - 1, Math.floor(Math.log10(Math.abs(value)) / 3)));
  // 999,950 rounds up to the next prefix
  if (power < prefixes.length - 1 && Math.abs(Number((value / 1000 ** power).toPrecision(3))) >= 1000) power++;
  const text = number(value / 1000 ** power, { maximumSignificantDigits: power === 0 ? 21 : 3 });
  return power === 0 ? text : `${text} ${prefixes[power]}`;
}

/** Bytes in the binary unit that keeps the number short. */
export function formatBytes(value: Figure): string {
  if (!isNumber(value)) return dash;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, value > 0 ? Math.max(0, Math.floor(Math.log2(value) / 10)) : 0);
  return `${number(value / 2 ** (10 * power), { maximumFractionDigits: power === 0 ? 0 : 1 })} ${units[power]}`;
}

/** Three significant digits, with an exponent only where that is shorter. */
export function formatReal(value: Figure): string {
  if (!isNumber(value)) return dash;
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e5 ? number(value, { maximumSignificantDigits: 3, useGrouping: false }) : value.toExponential(2);
}

/** One decimal, without the unit. An error of zero has no decibels: ∞. */
export const formatDb = (value: number | null): string =>
  value === null ? '∞' : isNumber(value) ? number(value, { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false }) : dash;

/** Decibels inside a sentence. */
export const decibels = (value: number | null): string => (value === null ? t('no error at all') : t('{0} dB', formatDb(value)));

/** A share of 1 as a percentage; small shares keep a digit that tells them from nothing. */
export function formatShare(share: Figure): string {
  if (!isNumber(share)) return dash;
  const percent = share * 100;
  if (percent > 0 && percent < 0.001) return t('under {0} %', number(0.001, { maximumFractionDigits: 3 }));
  return `${number(percent, percent !== 0 && percent < 1 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 1 })} %`;
}

export const formatInterval = (interval: { readonly lo: Figure; readonly hi: Figure }): string =>
  `[${formatReal(interval.lo)}, ${formatReal(interval.hi)}]`;

export const formatShape = (shape: readonly number[]): string => (shape.length > 0 ? shape.join('×') : t('scalar'));
