import type { ChainNode } from './cuts.js';

/** Seconds that a stretch is expected to run at least: loading something takes a few milliseconds, however short it runs. */
const LEAST = 0.02;

/**
 * Parts that are loaded as one where only the values inside are looked at: consecutive ones until they take long enough. Depends on the model and its samples alone.
 * @param parts how many nodes each has
 * @param nodes of all parts, one after the other
 */
export function stretchesOf(parts: readonly number[], nodes: readonly Pick<ChainNode, 'seconds'>[]): readonly (readonly number[])[] {
  const seconds = secondsOf(parts, nodes);
  let left = sum(seconds);
  const stretches: number[][] = [];
  let inside = Infinity;
  seconds.forEach((own, part) => {
    // What is left over goes to the last one.
    if (inside >= LEAST && (left >= LEAST || stretches.length === 0)) {
      stretches.push([]);
      inside = 0;
    }
    stretches[stretches.length - 1].push(part);
    inside += own;
    left -= own;
  });
  return stretches;
}

function secondsOf(parts: readonly number[], nodes: readonly Pick<ChainNode, 'seconds'>[]): number[] {
  let at = 0;
  return parts.map((count) => sum(nodes.slice(at, (at += count)).map(({ seconds }) => seconds)));
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
