import { parseScheme } from '../../core/formats/index.js';
import type { Quantized } from '../../engine/index.js';
import { quantizedActivation, type PlanBench, type Trial } from './bench.js';
import type { Assigned, Subject } from './subject.js';

/** Layers that are looked at again in one round. */
const MOST = 24;

/** Noise over signal; none for an exact output. */
export const noiseAt = (decibels: number | null): number => (decibels === null ? 0 : 10 ** (-decibels / 10));

/** One option that an assignment takes, and what it adds to the prediction. */
interface Taken {
  readonly kind: 'weight' | 'site';
  readonly index: number;
  readonly scheme: string;
  readonly noise: number;
}

function takenBy({ weights, activations }: Assigned): Taken[] {
  const of = (kind: Taken['kind'], options: readonly { readonly scheme: string | null; readonly noise: number }[]) =>
    options.flatMap(({ scheme, noise }, index): Taken[] => (scheme === null || !(noise > 0) ? [] : [{ kind, index, scheme, noise }]));
  return [...of('weight', weights), ...of('site', activations)].sort((a, b) => b.noise - a.noise);
}

/** What a factor is for: one layer's weight or one site, and one way to clip. What it is off by under one width, it is taken to be off by under all. */
const keyOf = (kind: Taken['kind'], index: number, scheme: string | null): string =>
  `${kind} ${index} ${scheme === null ? '' : parseScheme(scheme).clipping.method}`;

/** Options of a subject with their noise times a factor. */
function scaled(subject: Subject, factor: (key: string) => number): Subject {
  const louder = <T extends { readonly scheme: string | null; readonly noise: number }>(
    kind: Taken['kind'],
    index: number,
    option: T,
  ): T => (option.scheme === null ? option : { ...option, noise: option.noise * factor(keyOf(kind, index, option.scheme)) });
  return {
    ...subject,
    layers: subject.layers.map((layer, i) => ({ ...layer, options: layer.options.map((option) => louder('weight', i, option)) })),
    sites: subject.sites.map((site, s) => ({ ...site, options: site.options.map((option) => louder('site', s, option)) })),
  };
}

export interface Correction {
  readonly subject: Subject;
  /** Pairs of a layer and its scheme that were measured. */
  readonly pairs: number;
}

/**
 * Corrects what is thought of layers by what they do: the pairs of layer and scheme that add most noise are measured by themselves; then how much of the noise
 * goes away with each of these layers back in float tells how loud it is among the others. What a layer is off by under one width it is taken to be off by
 * under all that clip alike; together they are as loud as the assignment was.
 */
export async function correct(subject: Subject, assigned: Assigned, { figures }: Trial, bench: PlanBench): Promise<Correction> {
  const taken = takenBy(assigned);
  const worst = taken.slice(0, MOST);
  const alone = await measureAlone(subject, assigned, worst, bench);
  const measured = scaledBy(
    subject,
    worst.map((one, i) => [one, alone[i] / one.noise]),
  );

  const total = noiseAt(figures.outputSqnrDb);
  const members = [...new Set(worst.flatMap((one) => layersOf(subject, one)))].slice(0, MOST);
  const without = await bench.without(assigned, members);
  const now = retaken(measured, assigned);
  const loudness = (layer: number): number => {
    const { site } = subject.layers[layer];
    const own = now.weights[layer].noise + (site === null ? 0 : now.activations[site].noise / subject.sites[site].layers.length);
    const rest = without.get(layer);
    const share = rest ? Math.max(0, total - noiseAt(rest.outputSqnrDb)) : NaN;
    // Small shares drown in those of the others: they are left as they are.
    return own > 0 && share > SMALL * total ? share / own : 1;
  };
  const among = scaledBy(
    measured,
    taken.map((one) => {
      const layers = layersOf(subject, one);
      return [one, layers.reduce((sum, layer) => sum + loudness(layer), 0) / layers.length];
    }),
  );
  const predicted = totalNoise(retaken(among, assigned));
  const level = predicted > 0 && total > 0 ? total / predicted : 1;
  return {
    subject: scaledBy(
      among,
      taken.map((one) => [one, level]),
    ),
    pairs: worst.length,
  };
}

/** Of all the noise; less is not told from that of others. */
const SMALL = 0.02;

const layersOf = ({ sites }: Subject, { kind, index }: Taken): readonly number[] => (kind === 'weight' ? [index] : sites[index].layers);

/** Factors that are no use are left out. */
function scaledBy(subject: Subject, factors: readonly (readonly [Taken, number])[]): Subject {
  const known = new Map(
    factors
      .filter(([, factor]) => Number.isFinite(factor) && factor > 0)
      .map(([{ kind, index, scheme }, factor]) => [keyOf(kind, index, scheme), factor]),
  );
  return scaled(subject, (key) => known.get(key) ?? 1);
}

/** Noise of each pair when nothing else is quantized. */
async function measureAlone(subject: Subject, { activations }: Assigned, worst: readonly Taken[], bench: PlanBench): Promise<number[]> {
  const questions = worst.flatMap((one, i) =>
    layersOf(subject, one).map((layer) => ({
      i,
      quantized: {
        layer,
        weight: one.kind === 'weight' ? one.scheme : null,
        activation: one.kind === 'site' ? quantizedActivation(activations[one.index]) : null,
      } satisfies Quantized,
    })),
  );
  const found = await bench.effects(questions.map(({ quantized }) => quantized));
  const noise = worst.map(() => 0);
  questions.forEach(({ i }, q) => (noise[i] += noiseAt(found[q].outputSqnrDb)));
  return noise;
}

/** The same choices with what is thought of them now. */
export function retaken({ layers, sites }: Subject, { weights, activations }: Assigned): Assigned {
  return {
    weights: weights.map((taken, i) => layers[i].options.find(({ scheme }) => scheme === taken.scheme) ?? taken),
    activations: activations.map((taken, s) => sites[s].options.find(({ scheme }) => scheme === taken.scheme) ?? taken),
  };
}

const totalNoise = ({ weights, activations }: Assigned): number => [...weights, ...activations].reduce((sum, { noise }) => sum + noise, 0);
