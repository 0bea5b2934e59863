import type { Dataflow } from './dataflow.js';

/** The moment when values take most memory. */
export interface Peak {
  readonly bytes: number;
  /** Position in the order of the step that runs then. */
  readonly at: number;
  /** Values that are held then. */
  readonly live: readonly number[];
}

/**
 * Values held while each step of an order runs: all that it reads and writes, and what later steps still want. A graph's inputs are held from the
 * start, its outputs to the end.
 *
 * @param order indices of steps in an order in which they can run; the graph's own when left out
 */
export function liveValues({ steps, inputs, outputs }: Dataflow, order: readonly number[] = steps.map((_, i) => i)): number[][] {
  const lastUse = new Map<number, number>();
  order.forEach((step, at) => {
    for (const value of [...steps[step].reads, ...steps[step].writes]) lastUse.set(value, at);
  });
  for (const value of outputs) lastUse.set(value, order.length);
  const live = new Set(inputs.filter((value) => lastUse.has(value)));
  return order.map((step, at) => {
    for (const value of steps[step].writes) live.add(value);
    const held = [...live];
    for (const value of held) if ((lastUse.get(value) ?? at) <= at) live.delete(value);
    return held;
  });
}

/** The largest of the sums; the first of equal ones. Of no steps, nothing. */
export function peakOf(live: readonly (readonly number[])[], bytes: (value: number) => number): Peak {
  let peak: Peak = { bytes: 0, at: 0, live: [] };
  live.forEach((values, at) => {
    const sum = values.reduce((total, value) => total + bytes(value), 0);
    if (sum > peak.bytes) peak = { bytes: sum, at, live: values };
  });
  return peak;
}

/** How many of the ready steps are looked at: branches of a graph, not thousands of independent ones. */
const WIDEST = 64;

/**
 * An order of the steps with a low peak: of those that are ready, the one that leaves least behind runs next. The graph's own order
 * where that is no worse. (The best of all orders is NP-hard to find.)
 */
export function orderForMemory(graph: Dataflow, bytes: (value: number) => number): number[] {
  const { steps, outputs } = graph;
  const own = steps.map((_, i) => i);
  const writer = new Map<number, number>();
  steps.forEach(({ writes }, i) => {
    for (const value of writes) writer.set(value, i);
  });
  const left = new Map<number, number>();
  for (const { reads } of steps) for (const value of reads) left.set(value, (left.get(value) ?? 0) + 1);
  const kept = new Set(outputs);
  const waits = steps.map(({ reads }) => new Set(reads.flatMap((value) => writer.get(value) ?? [])).size);
  const followers = new Map<number, number[]>();
  steps.forEach(({ reads }, i) => {
    for (const from of new Set(reads.flatMap((value) => writer.get(value) ?? []))) followers.set(from, [...(followers.get(from) ?? []), i]);
  });

  const ready = own.filter((i) => waits[i] === 0);
  const order: number[] = [];
  /** What running a step adds to memory: its results, less the operands that nobody wants any more. */
  const grows = (i: number): number => {
    const written = steps[i].writes.reduce((sum, value) => sum + bytes(value), 0);
    const freed = steps[i].reads.filter((value) => left.get(value) === 1 && !kept.has(value));
    return written - freed.reduce((sum, value) => sum + bytes(value), 0);
  };
  while (ready.length > 0) {
    const candidates = ready.slice(0, WIDEST);
    const next = candidates.reduce((best, i) => (grows(i) < grows(best) ? i : best));
    ready.splice(ready.indexOf(next), 1);
    order.push(next);
    for (const value of steps[next].reads) left.set(value, left.get(value)! - 1);
    for (const follower of followers.get(next) ?? []) {
      waits[follower]--;
      if (waits[follower] === 0) ready.push(follower);
    }
    ready.sort((a, b) => a - b);
  }
  const peak = (o: readonly number[]): number => peakOf(liveValues(graph, o), bytes).bytes;
  return order.length === own.length && peak(order) < peak(own) ? order : own;
}
