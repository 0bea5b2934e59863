import { formatBytes, formatCount, formatDecibels, formatReal } from '../units.js';
import type { Unit, Value } from './differences.js';

export interface Words {
  /** Of an error of zero. */
  readonly exact: string;
  /** Of a scheme that leaves things alone. */
  readonly asIs: string;
}

const english: Words = { exact: formatDecibels(null), asIs: 'as it is' };

/** A value with its unit, as it is written everywhere. */
export function writeValue(value: Value | undefined, unit: Unit, { exact, asIs }: Words = english): string {
  if (value === undefined) return '–';
  if (value === null) return unit === 'dB' ? exact : asIs;
  if (typeof value === 'string') return value;
  switch (unit) {
    case 'bytes':
      return formatBytes(value);
    case 'bits':
      return value.toFixed(2);
    case 'dB':
      return `${formatDecibels(value)} dB`;
    case 'share':
      return `${(100 * value).toFixed(1)} %`;
    case 'count':
      return formatCount(value);
    default:
      return formatReal(value);
  }
}

/** Difference of two numbers with its sign; empty where there is none to tell. */
export function writeChange(a: Value | undefined, b: Value | undefined, unit: Unit): string {
  if (typeof a !== 'number' || typeof b !== 'number' || a === b) return '';
  const size = writeValue(Math.abs(b - a), unit);
  return `${b > a ? '+' : '−'}${size}`;
}
