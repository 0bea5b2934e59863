import type { Assignment, Plan } from './plan.js';

/**
 * What a point of a plan's front gives the layers. A scheme for a value whose range nobody knows is left out.
 *
 * @param inputs by layer: the value it takes in, where that is known
 */
export function assignmentsAt(plan: Plan, point: number, inputs: readonly (string | undefined)[]): Assignment[] {
  const ranges = new Map(plan.ranges?.map(({ input, clips }) => [input, clips]));
  const { weights, activations } = plan.pareto[point];
  return plan.assignments.map(({ layer, input: own }, i): Assignment => {
    const input = inputs[i] ?? own ?? undefined;
    const clip = input === undefined ? undefined : ranges.get(input)?.find(({ scheme }) => scheme === activations[i]);
    return input !== undefined && clip
      ? { layer, weight: weights[i], activation: activations[i], input, clip: { lo: clip.lo, hi: clip.hi } }
      : { layer, weight: weights[i], activation: null, input: null, clip: null };
  });
}
