/** A plan on its way: its front as indices into a list of schemes, in arrays that are handed over instead of copied. */
import type { ParetoPoint, Plan, Totals } from '../report/plan.js';
import { omit } from './omit.js';

/** What each point of a front assigns to each layer. */
interface PackedFront {
  readonly totals: readonly Totals[];
  readonly schemes: readonly (string | null)[];
  /** Indices into `schemes`, layer by layer, point after point. */
  readonly weights: Uint16Array;
  readonly activations: Uint16Array;
}

export interface PackedPlan extends Omit<Plan, 'pareto'> {
  readonly pareto: PackedFront;
}

export function packPlan(plan: Plan): PackedPlan {
  const indices = new Map<string | null, number>();
  const indexOf = (scheme: string | null): number => {
    const known = indices.get(scheme);
    if (known !== undefined) return known;
    indices.set(scheme, indices.size);
    return indices.size - 1;
  };
  const packed = (part: 'weights' | 'activations') => Uint16Array.from(plan.pareto.flatMap((point) => point[part].map(indexOf)));
  const [weights, activations] = [packed('weights'), packed('activations')];
  const totals = plan.pareto.map((point): Totals => omit(omit(point, 'weights'), 'activations'));
  return { ...plan, pareto: { totals, schemes: [...indices.keys()], weights, activations } };
}

export function unpackPlan(packed: PackedPlan): Plan {
  const { totals, schemes, weights, activations } = packed.pareto;
  const layers = packed.assignments.length;
  const at = (part: Uint16Array, point: number): (string | null)[] =>
    Array.from(part.subarray(point * layers, (point + 1) * layers), (index) => schemes[index] ?? null);
  return {
    ...packed,
    pareto: totals.map((point, i): ParetoPoint => ({ ...point, weights: at(weights, i), activations: at(activations, i) })),
  };
}
