import { parseScheme } from '../../core/formats/index.js';
import type { Comparison, OutputFigures } from '../../report/plan.js';
import type { Evidence, LayerReport } from '../../report/types.js';
import { asInt8, inEightBits, weightOptions } from './options.js';
import type { RuntimeName } from './runtimes.js';
import { asFloat, type ActivationOption, type Assigned, type PlanLayer, type Subject, type WeightOption } from './subject.js';
import { elementsOf, storedBitsOf } from './totals.js';

/** An assignment that a user would try first. */
export interface Naive {
  readonly name: string;
  readonly assigned: Assigned;
}

/** What it takes, and what it did when it was run. */
export function comparisonOf({ layers }: Subject, { name, assigned }: Naive, figures: OutputFigures): Comparison {
  const bits = storedBitsOf(layers, assigned.weights);
  return { name, bytes: Math.ceil(bits / 8), effectiveBits: bits / elementsOf(layers), ...figures };
}

/** Integer widths of a layer's weight, narrowest first; of several granularities the finest. */
function integers({ options }: PlanLayer): WeightOption[] {
  const widths = new Map<number, WeightOption>();
  const finer = (a: WeightOption, b: WeightOption): boolean => a.storedBits > b.storedBits;
  for (const option of options) {
    if (!option.scheme?.startsWith('int') || option.width.kind !== 'integer' || parseScheme(option.scheme).format.kind !== 'integer')
      continue;
    const known = widths.get(option.width.bits);
    if (!known || (finer(option, known) && !option.scheme.includes('/block'))) widths.set(option.width.bits, option);
  }
  return [...widths.values()].sort((a, b) => a.width.bits - b.width.bits);
}

/** The narrowest of at least `bits`, else the widest there is, else as stored. */
function atLeast({ options }: PlanLayer, ladder: readonly WeightOption[], bits: number): WeightOption {
  return ladder.find(({ width }) => width.bits >= bits) ?? ladder[ladder.length - 1] ?? options[options.length - 1];
}

/**
 * One width for all layers but those that are kept, as wide as `bits` of storage allow; what is left over goes to layers from the first on, one width more
 * each. Null when not even the narrowest fits.
 */
function uniform(
  subject: Subject,
  bits: number,
  kept: ReadonlyMap<number, number>,
): { readonly bits: number; readonly weights: WeightOption[] } | null {
  const { layers, layerTies } = subject;
  const ladders = layers.map(integers);
  const widths = [...new Set(ladders.flatMap((ladder) => ladder.map(({ width }) => width.bits)))].sort((a, b) => a - b);
  const at = (width: number): WeightOption[] => layers.map((layer, i) => atLeast(layer, ladders[i], kept.get(i) ?? width));
  const fits = (weights: readonly WeightOption[]): boolean => storedBitsOf(layers, weights) <= bits;
  const width = widths.findLast((candidate) => fits(at(candidate)));
  if (width === undefined) return null;
  let weights = at(width);
  const wider = widths[widths.indexOf(width) + 1];
  if (wider !== undefined) {
    for (const tie of layerTies) {
      const next = [...weights];
      for (const i of tie) if (!kept.has(i)) next[i] = atLeast(layers[i], ladders[i], wider);
      if (fits(next)) weights = next;
    }
  }
  return { bits: width, weights };
}

/** The same width with the full range of the weights. */
function unclipped(option: WeightOption): WeightOption {
  if (option.scheme === null) return option;
  return { ...option, scheme: option.scheme.replace(/\/(mse|percentile|kl|aciq|octav)\b/u, '/minmax') };
}

/** The range that a value was seen to have. */
function unclippedActivation(option: ActivationOption, layer: LayerReport | undefined): ActivationOption {
  const seen = layer?.activationStats?.input;
  if (option.scheme === null || !seen) return option;
  return { ...option, scheme: option.scheme.replace(/\/mse\b/u, '/minmax'), clip: { lo: seen.min, hi: seen.max } };
}

/** Every weight as int8 where the runtime can; and every value that layers take in, when the plan quantizes some. */
export const int8Everywhere = (
  layers: readonly LayerReport[],
  { sites }: Subject,
  plan: Assigned,
  runtime: RuntimeName,
  evidence: Evidence,
): Assigned => ({
  weights: layers.map((layer) => asInt8(layer, weightOptions(layer, evidence), runtime)),
  activations: sites.map((site) => (plan.activations.some(({ scheme }) => scheme !== null) ? inEightBits(site, layers, runtime) : asFloat)),
});

/**
 * What a user would do with as many bytes as the plan takes: one width everywhere, no clipping, the first and the last layer kept at 8 bits, and more bits
 * for the weights with most error. Activations are those of the plan. Those that do not fit are left out; 4 bits for every weight take the bytes they take.
 */
export function naivePlans(reports: readonly LayerReport[], subject: Subject, plan: Assigned): Naive[] {
  const { layers } = subject;
  const bits = storedBitsOf(layers, plan.weights);
  const { activations } = plan;
  const found: Naive[] = [];
  const four = layers.map((layer) => atLeast(layer, integers(layer), 4));
  if (four.some(({ width }) => width.bits === 4))
    found.push({ name: 'int4 everywhere, in its own bytes', assigned: { weights: four, activations } });
  const even = uniform(subject, bits, new Map());
  if (even) {
    found.push({ name: `int${even.bits} everywhere, some layers wider`, assigned: { weights: even.weights, activations } });
    found.push({
      name: `the same, min-max`,
      assigned: {
        weights: even.weights.map(unclipped),
        activations: activations.map((option, s) => unclippedActivation(option, reports[subject.sites[s].layers[0]])),
      },
    });
  }
  const ends = uniform(
    subject,
    bits,
    new Map([
      [0, 8],
      [layers.length - 1, 8],
    ]),
  );
  if (ends) found.push({ name: `first and last layer int8, int${ends.bits} between`, assigned: { weights: ends.weights, activations } });
  const byWeights = greedyByWeights(subject, bits);
  if (byWeights) found.push({ name: 'greedily by SQNR of the weights', assigned: { weights: byWeights, activations } });
  return found;
}

/** From the narrowest on, the layer whose weight has the lowest SQNR goes up a width, as long as one fits. */
function greedyByWeights({ layers, layerTies }: Subject, bits: number): readonly WeightOption[] | null {
  const ladders = layers.map((layer) => {
    const ladder = integers(layer);
    return ladder.length > 0 ? ladder : layer.options.slice(-1);
  });
  const rungs = layers.map(() => 0);
  const at = (): WeightOption[] => ladders.map((ladder, i) => ladder[Math.min(rungs[i], ladder.length - 1)]);
  if (storedBitsOf(layers, at()) > bits) return null;
  const open = new Set(layerTies.keys());
  while (open.size > 0) {
    const now = at();
    const noise = (tie: number): number => Math.max(...layerTies[tie].map((i) => now[i].weightNoise));
    const loudest = [...open].reduce((a, b) => (noise(b) > noise(a) ? b : a));
    const members = layerTies[loudest];
    for (const i of members) rungs[i]++;
    if (members.every((i) => rungs[i] < ladders[i].length) && storedBitsOf(layers, at()) <= bits) continue;
    for (const i of members) rungs[i]--;
    open.delete(loudest);
  }
  return at();
}
