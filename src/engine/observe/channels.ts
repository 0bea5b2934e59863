import { contractionAxis } from '../activations/axis.js';
import type { LayerFacts } from '../process/protocol.js';

type Numbers = Float32Array | Float64Array;

/** Looks, run by run, for channels that never change. */
export interface ChannelWatch {
  /** @param map what is looked at is made of `values` by it, element by element */
  add(values: Numbers, shape: readonly number[], map?: (x: number) => number): void;
  /** Null for values without channels, or whose channels change from run to run. */
  found(): LayerFacts['inputChannels'];
}

export function watchChannels(op: string): ChannelWatch {
  /** Of channels that have not changed yet: the value they had. */
  let constant: Map<number, number> | null = null;
  let channels = 0;
  let total = 0;
  let known = true;
  return {
    add(values, shape, map = same) {
      known &&= shape.length >= 2;
      if (!known) return;
      const axis = contractionAxis(op, shape.length);
      known = constant === null || channels === shape[axis];
      if (!known) return;
      channels = shape[axis];
      total += values.length;
      const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
      constant ??= new Map(Array.from({ length: channels }, (_, c) => [c, map(values[c * inner])]));
      for (const [c, value] of constant) if (changes(values, map, c * inner, inner, channels * inner, value)) constant.delete(c);
    },
    found: () => (known && constant && channels > 0 ? { channels, dead: constant.size, values: Math.floor(total / channels) } : null),
  };
}

const same = (x: number): number => x;

/** Whether some element of a channel, whose stretches lie `period` apart, is not `value`. */
function changes(values: Numbers, map: (x: number) => number, start: number, length: number, period: number, value: number): boolean {
  for (let at = start; at < values.length; at += period) for (let i = at; i < at + length; i++) if (map(values[i]) !== value) return true;
  return false;
}
