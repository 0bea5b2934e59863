import type { ComparedLayer } from './compared.js';

/** How a value is written. A number of dB that is null is an error of zero; a scheme that is null leaves things as they are. */
export type Unit = 'text' | 'scheme' | 'count' | 'bytes' | 'bits' | 'dB' | 'share' | 'real';

export type Value = string | number | null;

/** What differs. */
export type DifferenceKind =
  | 'name'
  | 'operator'
  | 'shape'
  | 'type'
  | 'parameters'
  | 'macs'
  | 'weights'
  | 'planned-weight'
  | 'planned-input'
  | 'suggested'
  | 'error'
  | 'effect';

export interface Difference {
  readonly what: DifferenceKind;
  /** The scheme that figures are of, or the statistic of weights; null for the rest. */
  readonly of: string | null;
  readonly unit: Unit;
  readonly a: Value;
  readonly b: Value;
}

/** dB that are written as the same. */
const SAME_DB = 0.05;
/** Statistics that are equal up to the rounding of their sums. */
const SAME = 1e-6;

const far = (a: number, b: number): boolean => Math.abs(a - b) > SAME * Math.max(Math.abs(a), Math.abs(b));

/** How far apart two figures in dB are; infinitely where one error is zero and the other is not. */
export function distance(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b);
  return a === b ? 0 : Infinity;
}

/** Figures in dB that both sides have, those that are furthest apart first. */
function decibels(what: 'error' | 'effect', a: ComparedLayer['errors'], b: ComparedLayer['errors']): Difference[] {
  return Object.entries(a)
    .flatMap(([scheme, value]): Difference[] => {
      if (!Object.hasOwn(b, scheme) || distance(value, b[scheme]) < SAME_DB) return [];
      return [{ what, of: scheme, unit: 'dB', a: value, b: b[scheme] }];
    })
    .sort((one, two) => distance(two.a, two.b) - distance(one.a, one.b));
}

/** Everything that two layers differ in, as far as both sides say it: what they are, what is done with them, what that does. */
export function differencesOf(a: ComparedLayer, b: ComparedLayer): Difference[] {
  const found: Difference[] = [];
  const compare = (what: DifferenceKind, unit: Unit, left: Value, right: Value): void => {
    if (left !== null && right !== null && left !== right) found.push({ what, of: null, unit, a: left, b: right });
  };
  const shape = ({ shape }: ComparedLayer): string | null => shape && (shape.join('×') || 'scalar');
  compare('name', 'text', a.name, b.name);
  compare('operator', 'text', a.op, b.op);
  compare('shape', 'text', shape(a), shape(b));
  compare('type', 'text', a.dataType, b.dataType);
  compare('parameters', 'count', a.parameters, b.parameters);
  compare('macs', 'count', a.macs, b.macs);
  if (a.planned && b.planned) {
    const planned = (what: DifferenceKind, left: string | null, right: string | null): void => {
      if (left !== right) found.push({ what, of: null, unit: 'scheme', a: left, b: right });
    };
    planned('planned-weight', a.planned.weight, b.planned.weight);
    planned('planned-input', a.planned.activation, b.planned.activation);
  }
  compare('suggested', 'scheme', a.suggested, b.suggested);
  for (const statistic of ['std', 'mean', 'min', 'max'] as const) {
    const [left, right] = [a.weights?.[statistic], b.weights?.[statistic]];
    if (left !== undefined && right !== undefined && far(left, right))
      found.push({ what: 'weights', of: statistic, unit: 'real', a: left, b: right });
  }
  return [...found, ...decibels('effect', a.effects, b.effects), ...decibels('error', a.errors, b.errors)];
}
