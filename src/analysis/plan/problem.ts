import { combine } from '../../core/planning/combine.js';
import { efficient, type Choice, type Group, type Selection } from '../../core/planning/problem.js';
import type { Moment, PeakProblem } from '../../core/planning/peak.js';
import { float32 } from '../../core/costs/operations.js';
import { PlanError, type CostKind } from './budget.js';
import type { ActivationOption, Assigned, PlanLayer, Subject, WeightOption } from './subject.js';
import { costOf } from './totals.js';

/** Options of some layers and sites; what is chosen at once. */
interface Part {
  readonly weights: ReadonlyMap<number, WeightOption>;
  readonly activations: ReadonlyMap<number, ActivationOption>;
}

/** A choice that knows what it stands for. */
interface PartChoice extends Choice {
  readonly part: Part;
}

/** Costs and losses of all there is to choose, and what a choice of each group amounts to. */
export interface Problem {
  readonly groups: readonly Group[];
  /** Whether no choice was left out that an optimum may need. */
  readonly complete: boolean;
  take(selection: Selection): Assigned;
}

/** Options that every member may take: those of the first that the others have under the same scheme, each with the members' own. */
function shared<T extends { readonly scheme: string | null }>(options: readonly (readonly T[])[]): T[][] {
  const [first, ...others] = options;
  return first.flatMap((option) => {
    const same = others.map((list) => list.find(({ scheme }) => scheme === option.scheme));
    return same.every((other) => other !== undefined) ? [[option, ...same]] : [];
  });
}

const lossOf = (options: readonly { readonly noise: number }[]): number => options.reduce((sum, { noise }) => sum + noise, 0);

const named = (names: readonly string[]): string => {
  const shown = names.slice(0, 4).map((name) => JSON.stringify(name));
  return names.length > 4 ? `${shown.join(', ')} and ${names.length - 4} more` : shown.join(', ');
};

/** Options of each tie of layers, by member. Throws PlanError when a tie has none. */
export function layerOptions({ layers, layerTies }: Subject): WeightOption[][][] {
  return layerTies.map((tie) => {
    const found = shared(tie.map((i) => layers[i].options));
    if (found.length === 0)
      throw new PlanError(`${named(tie.map((i) => layers[i].name))} share no scheme that all of them may take; pin them alike`);
    return found;
  });
}

export function siteOptions({ sites, siteTies }: Subject): ActivationOption[][][] {
  return siteTies.map((tie) => {
    const found = shared(tie.map((i) => sites[i].options));
    if (found.length === 0)
      throw new PlanError(
        `the values ${named(tie.map((i) => sites[i].value))} are passed on together and share no scheme that all of their layers may take; pin them alike`,
      );
    return found;
  });
}

const assign = (members: readonly number[], options: readonly WeightOption[]): ReadonlyMap<number, WeightOption> =>
  new Map(members.map((i, m) => [i, options[m]]));
const hand = (members: readonly number[], options: readonly ActivationOption[]): ReadonlyMap<number, ActivationOption> =>
  new Map(members.map((i, m) => [i, options[m]]));

function assigned({ layers, sites }: Subject, parts: readonly Part[]): Assigned {
  const weights: WeightOption[] = Array<WeightOption>(layers.length);
  const activations: ActivationOption[] = Array<ActivationOption>(sites.length);
  for (const part of parts) {
    for (const [i, option] of part.weights) weights[i] = option;
    for (const [i, option] of part.activations) activations[i] = option;
  }
  return { weights, activations };
}

function problemOf(subject: Subject, groups: readonly (readonly PartChoice[])[], complete: boolean): Problem {
  return {
    groups,
    complete,
    take: (selection) =>
      assigned(
        subject,
        selection.map((choice, g) => groups[g][choice].part),
      ),
  };
}

const NO_WEIGHTS: ReadonlyMap<number, WeightOption> = new Map();
const NO_ACTIVATIONS: ReadonlyMap<number, ActivationOption> = new Map();

/** Weights and activations are chosen apart: one group for each tie. Activations cost nothing of what weights do. */
function separate(subject: Subject): Problem {
  const { layers, layerTies, siteTies } = subject;
  const weights = layerOptions(subject).map((options, t) =>
    options.map((taken): PartChoice => {
      const members = layerTies[t].map((i) => layers[i]);
      return {
        cost: costOf('size', members, taken, () => float32, subject),
        loss: lossOf(taken),
        part: { weights: assign(layerTies[t], taken), activations: NO_ACTIVATIONS },
      };
    }),
  );
  const activations = siteOptions(subject).map((options, t) =>
    options.map((taken): PartChoice => ({
      cost: 0,
      loss: lossOf(taken),
      part: { weights: NO_WEIGHTS, activations: hand(siteTies[t], taken) },
    })),
  );
  return problemOf(subject, [...weights, ...activations], true);
}

/** What a layer costs hangs on its weight and its activation: one group for each tie of sites with all the layers that take them in. */
function coupled(kind: 'bops' | 'energy' | 'time', subject: Subject): Problem {
  const { layers, layerTies, siteTies } = subject;
  const weightOptions = layerOptions(subject);
  const tieOfSite = new Map(siteTies.flatMap((tie, t) => tie.map((site) => [site, t])));
  const byTie = new Map<number | null, number[]>();
  layerTies.forEach((tie, t) => {
    // All sites of one tie of layers are in one tie of sites.
    const site = tie.map((i) => layers[i].site).find((s) => s !== null);
    const key = site === undefined ? null : tieOfSite.get(site)!;
    byTie.set(key, [...(byTie.get(key) ?? []), t]);
  });
  let complete = true;
  const choicesOf = (t: number, taken: ReadonlyMap<number, ActivationOption>): PartChoice[] => {
    const members = layerTies[t].map((i) => layers[i]);
    const width = ({ site }: PlanLayer) => (site === null ? float32 : taken.get(site)!.width);
    return weightOptions[t].map((options) => ({
      cost: costOf(kind, members, options, width, subject),
      loss: lossOf(options),
      part: { weights: assign(layerTies[t], options), activations: NO_ACTIVATIONS },
    }));
  };
  const alone = (byTie.get(null) ?? []).map((t) => choicesOf(t, NO_ACTIVATIONS));
  const together = siteOptions(subject).map((options, s) =>
    options.flatMap((taken): PartChoice[] => {
      const activations = hand(siteTies[s], taken);
      const members = (byTie.get(s) ?? []).map((t) => choicesOf(t, activations));
      const usable = members.every((group) => group.some(({ cost, loss }) => Number.isFinite(cost) && Number.isFinite(loss)));
      if (!usable) return [];
      const combined = combine(members);
      complete &&= combined.complete;
      return combined.choices.map(({ cost, loss, picks }) => ({
        cost,
        loss: loss + lossOf(taken),
        part: { weights: new Map(picks.flatMap((pick, m) => [...members[m][pick].part.weights])), activations },
      }));
    }),
  );
  // A group is only as long as what nothing else in it beats.
  const groups = [...alone, ...together].map((group) => (hasUsable(group) ? efficient(group).map((i) => group[i]) : group));
  return problemOf(subject, groups, complete);
}

const hasUsable = (group: Group): boolean => group.some(({ cost, loss }) => Number.isFinite(cost) && Number.isFinite(loss));

/** All there is to choose, with what it costs of one kind. Throws PlanError when something tied has no option in common, or no option with a known cost. */
export function planningProblem(kind: Exclude<CostKind, 'activations'>, subject: Subject): Problem {
  const problem = kind === 'size' ? separate(subject) : coupled(kind, subject);
  const stuck = problem.groups.find((group) => !hasUsable(group));
  if (stuck) {
    throw new PlanError(
      kind === 'time'
        ? `${subject.hardware.name} has no arithmetic for some layer as it may be stored; quantize activations too (give --inputs or --evidence synthetic), or choose another profile`
        : 'some layer has no scheme whose cost and noise are known; allow it more',
    );
  }
  return problem;
}

/** The same for peaks of activations: widths of sites; weights take what loses least. */
export interface PeakPlanning {
  readonly problem: PeakProblem;
  /** What the weights lose. */
  readonly loss: number;
  take(selection: Selection): Assigned;
}

/** Throws PlanError when the shape of some value is unknown. */
export function peakPlanning(subject: Subject): PeakPlanning {
  const { memory, batch, sites, siteTies, layerTies } = subject;
  if (!memory) throw new PlanError('activations cannot be counted: the shapes of some values cannot be inferred; go by another budget');
  const options = siteOptions(subject);
  const tieOfSite = new Map(siteTies.flatMap((tie, t) => tie.map((site) => [site, t])));
  const moments = memory.moments.map(({ live }): Moment => {
    let base = 0;
    const share = new Map<number, number>();
    for (const value of live) {
      const { elements, sites: within } = memory.values[value];
      const bytes = (batch * elements) / 8;
      // Sites that one value is stored for are tied.
      if (within === null) base += bytes * float32.bits;
      else share.set(tieOfSite.get(within[0])!, (share.get(tieOfSite.get(within[0])!) ?? 0) + bytes);
    }
    return { base, share };
  });
  const weights = layerOptions(subject).map((found, t) => {
    const usable = found.filter((taken) => Number.isFinite(lossOf(taken)));
    if (usable.length === 0) throw new PlanError('some layer has no scheme whose noise is known; allow it more');
    return { tie: layerTies[t], taken: usable.reduce((best, taken) => (lossOf(taken) < lossOf(best) ? taken : best)) };
  });
  return {
    problem: {
      groups: options.map((group) => group.map((taken) => ({ bits: taken[0].width.bits, loss: lossOf(taken) }))),
      moments,
    },
    loss: weights.reduce((sum, { taken }) => sum + lossOf(taken), 0),
    take: (selection) =>
      assigned(subject, [
        ...weights.map(({ tie, taken }): Part => ({ weights: assign(tie, taken), activations: NO_ACTIVATIONS })),
        ...(sites.length > 0
          ? selection.map((choice, t): Part => ({ weights: NO_WEIGHTS, activations: hand(siteTies[t], options[t][choice]) }))
          : []),
      ]),
  };
}
