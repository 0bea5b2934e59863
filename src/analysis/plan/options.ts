import { float32, type Width } from '../../core/costs/operations.js';
import { parseScheme, scaleOf } from '../../core/formats/index.js';
import { bitsOf, isFloat } from '../../model/dataTypes.js';
import type { DataType } from '../../model/types.js';
import type { ClipReport, Evidence, LayerReport, Sensitivity } from '../../report/types.js';
import { allowed, type Rules } from './rules.js';
import { canRun, runtimes, type RuntimeName } from './runtimes.js';
import type { SitePlace, SiteTies } from './sites.js';
import { asFloat, type ActivationOption, type WeightOption } from './subject.js';

const widthOf = (scheme: string, bits: number): Width => ({
  bits,
  kind: parseScheme(scheme).format.kind === 'float' ? 'float' : 'integer',
});

const noiseOf = (decibels: number | null): number => (decibels === null ? 0 : 10 ** (-decibels / 10));

/** Noise over signal at the outputs; NaN where it is not known. */
function outputNoise(layer: LayerReport, target: Sensitivity['target'], scheme: string): number {
  const found = layer.sensitivity.find((entry) => entry.target === target && entry.scheme === scheme);
  return found ? noiseOf(found.outputSqnrDb) : NaN;
}

function asStored({ parameters, dataType }: LayerReport): WeightOption {
  const type = dataType as DataType;
  const bits = bitsOf[type] ?? float32.bits;
  return {
    scheme: null,
    width: { bits, kind: isFloat(type) ? 'float' : 'integer' },
    storedBits: bits * parameters,
    weightNoise: 0,
    noise: 0,
  };
}

/** Every scheme that was measured on the layer's weight, and the weight as it is stored, which is the last one. */
export const weightOptions = (layer: LayerReport, evidence: Evidence): WeightOption[] => [
  ...layer.errors
    .filter(({ target }) => target === 'weight')
    .map(({ scheme, bits, effectiveBits, sqnrDb }) => ({
      scheme,
      width: widthOf(scheme, bits),
      storedBits: Math.round(effectiveBits * layer.parameters),
      weightNoise: noiseOf(sqnrDb),
      noise: evidence === 'weights' ? noiseOf(sqnrDb) : outputNoise(layer, 'weight', scheme),
    })),
  asStored(layer),
];

/** Those that the runtime runs and the user allows. Throws PlanError as `allowed` does. */
export function allowedWeights(layer: LayerReport, options: readonly WeightOption[], runtime: RuntimeName, rules: Rules): WeightOption[] {
  const runs = options.filter(({ scheme }) => scheme === null || canRun(runtime, scheme, layer.op));
  return allowed(layer, runs, rules, 'layer', () => {
    const known = runs.flatMap(({ scheme }) => scheme ?? []);
    return layer.problem ?? `${runtimes[runtime].title} takes ${known.join(', ') || 'it as it is stored only'}`;
  });
}

/** Whether a range is all that a scheme needs to know of a value: what plans say of it, and files can. */
function isRanged(scheme: string): boolean {
  const { format, granularity } = parseScheme(scheme);
  return granularity.kind === 'tensor' && scaleOf(format, { lo: -1, hi: 1 }) !== null;
}

/** Every such scheme that was tried on what a layer takes in and that the runtime runs. */
const measuredActivations = (layer: LayerReport, runtime: RuntimeName): ActivationOption[] =>
  layer.errors
    .filter(({ target, scheme }) => target === 'activation' && isRanged(scheme) && canRun(runtime, scheme, layer.op, 'activations'))
    .map(({ scheme, bits, clip }) => ({
      scheme,
      width: widthOf(scheme, bits),
      clip: { lo: clip.lo, hi: clip.hi },
      noise: outputNoise(layer, 'activation', scheme),
    }));

/** How a layer may take in its value. */
function activationOptions(layer: LayerReport, runtime: RuntimeName, rules: Rules): ActivationOption[] {
  const measured = measuredActivations(layer, runtime);
  return allowed(layer, [...measured, asFloat], rules, 'the input of layer', () => {
    const known = measured.map(({ scheme }) => scheme);
    return `${runtimes[runtime].title} takes ${known.join(', ') || 'it as it is only'}`;
  });
}

/** Options that all of some layers have, under the same scheme, their noises added up. */
function common(lists: readonly (readonly ActivationOption[])[]): ActivationOption[] {
  const [first, ...others] = lists;
  return first.flatMap((option): ActivationOption[] => {
    const same = others.map((options) => options.find(({ scheme }) => scheme === option.scheme));
    if (same.includes(undefined)) return [];
    return [{ ...option, noise: same.reduce((sum, other) => sum + (other?.noise ?? 0), option.noise) }];
  });
}

/**
 * What may be done to each site: what all its layers allow, their noises added up. Where sites share a range, it is the widest of theirs, and steps and noise grow
 * with it.
 */
export function siteOptions(
  sites: readonly SitePlace[],
  { ties, sameRange }: SiteTies,
  layers: readonly LayerReport[],
  runtime: RuntimeName,
  rules: Rules,
): ActivationOption[][] {
  const own = sites.map((site) => common(site.layers.map((i) => activationOptions(layers[i], runtime, rules))));
  for (const tie of ties) {
    const members = tie.filter((s) => sameRange.has(s));
    if (members.length < 2) continue;
    const schemes = new Set(members.flatMap((s) => own[s].map(({ scheme }) => scheme)));
    for (const scheme of schemes) {
      const options = members.flatMap((s) => own[s].find((option) => option.scheme === scheme) ?? []);
      const clips = options.flatMap(({ clip }) => clip ?? []);
      if (clips.length === 0) continue;
      const clip = { lo: Math.min(...clips.map(({ lo }) => lo)), hi: Math.max(...clips.map(({ hi }) => hi)) };
      for (const s of members)
        own[s] = own[s].map((option) => (option.scheme === scheme && option.clip ? widened(option, option.clip, clip) : option));
    }
  }
  return own;
}

function widened(option: ActivationOption, from: ClipReport, clip: ClipReport): ActivationOption {
  const own = from.hi - from.lo;
  return { ...option, clip, noise: own > 0 ? option.noise * ((clip.hi - clip.lo) / own) ** 2 : option.noise };
}

/** int8 the careful way where the runtime can, else the plain way, else as stored. */
export function asInt8({ op }: LayerReport, options: readonly WeightOption[], runtime: RuntimeName): WeightOption {
  for (const name of ['int8/channel/mse', 'int8/tensor/mse']) {
    const option = options.find(({ scheme }) => scheme === name);
    if (option && canRun(runtime, name, op)) return option;
  }
  return options[options.length - 1];
}

/** What a site's layers take in with 8 bits where the runtime can, else as it is. */
export function inEightBits({ layers: members }: SitePlace, layers: readonly LayerReport[], runtime: RuntimeName): ActivationOption {
  const options = common(members.map((i) => measuredActivations(layers[i], runtime)));
  return options.find(({ width }) => width.bits === 8) ?? asFloat;
}
