import { contractionAxis } from '../activations/axis.js';
import type { LayerFacts } from '../process/protocol.js';
import { clamped, type Clamp } from './kinds.js';

type Numbers = Float32Array | Float64Array;

/** Looks, run by run, for channels that never change. */
export interface ChannelWatch {
  /** @param origin what is looked at is made of `values` by it */
  add(values: Numbers, shape: readonly number[], origin?: Clamp): void;
  /** Channels that have not changed yet, and their value. */
  constant(): ReadonlyMap<number, number>;
  /** A channel has changed. */
  changed(channel: number): void;
  /** Null for values without channels, or whose channels change from run to run. */
  found(): Omit<NonNullable<LayerFacts['inputChannels']>, 'values'> | null;
}

const OPEN: Clamp = { lo: -Infinity, hi: Infinity };
const NOTHING: ReadonlyMap<number, number> = new Map();

export function watchChannels(op: string): ChannelWatch {
  /** Of channels that have not changed yet: the value they had. */
  let constant: Map<number, number> | null = null;
  let channels = 0;
  let known = true;
  return {
    add(values, shape, origin = OPEN) {
      known &&= shape.length >= 2;
      if (!known) return;
      const axis = contractionAxis(op, shape.length);
      known = constant === null || channels === shape[axis];
      if (!known) return;
      channels = shape[axis];
      const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
      constant ??= new Map(Array.from({ length: channels }, (_, c) => [c, clamped(values[c * inner], origin)]));
      for (const [c, value] of constant) if (changes(values, origin, c * inner, inner, channels * inner, value)) constant.delete(c);
    },
    constant: () => (known && constant) || NOTHING,
    changed: (channel) => constant?.delete(channel),
    found: () => (known && constant && channels > 0 ? { channels, dead: constant.size } : null),
  };
}

/** Whether some element of a channel, whose stretches lie `period` apart, is not `value`. */
function changes(values: Numbers, origin: Clamp, start: number, length: number, period: number, value: number): boolean {
  for (let at = start; at < values.length; at += period)
    for (let i = at; i < at + length; i++) if (clamped(values[i], origin) !== value) return true;
  return false;
}
