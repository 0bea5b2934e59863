import { profiles } from '../../../../src/analysis/plan/profiles.js';
import {
  asFloat,
  asFloat32,
  type ActivationOption,
  type PlanLayer,
  type Site,
  type Subject,
  type WeightOption,
} from '../../../../src/analysis/plan/subject.js';

export const weightOption = (bits: number, elements: number, noise: number): WeightOption => ({
  scheme: `int${bits}/channel/mse`,
  width: { bits, kind: 'integer' },
  storedBits: bits * elements,
  weightNoise: noise,
  noise,
});

/** A layer with int2 to int8 whose noise falls by 6 dB for every bit, and its float32. */
export function layer(name: string, elements: number, loudness: number, more: Partial<PlanLayer> = {}): PlanLayer {
  const options = [2, 3, 4, 5, 6, 7, 8].map((bits) => weightOption(bits, elements, loudness * 4 ** -bits));
  return {
    name,
    op: 'Conv',
    weight: name,
    elements,
    macs: 10 * elements,
    inputs: 8 * elements,
    outputs: 8 * elements,
    channels: 4,
    kernel: 9,
    site: null,
    options: [...options, asFloat32({ elements })],
    ...more,
  };
}

export const activationOption = (bits: number, noise: number): ActivationOption => ({
  scheme: `uint${bits}/tensor/mse`,
  width: { bits, kind: 'integer' },
  clip: { lo: 0, hi: 1 },
  noise,
});

/** A site with uint4 to uint8 whose noise falls by 6 dB for every bit, and its float32. */
export const site = (value: string, layers: readonly number[], loudness: number): Site => ({
  value,
  layers,
  options: [...[4, 6, 8].map((bits) => activationOption(bits, loudness * 4 ** -bits)), asFloat],
});

/** Layers and sites that are tied to nothing. */
export function subject(layers: readonly PlanLayer[], sites: readonly Site[] = [], more: Partial<Subject> = {}): Subject {
  const siteOf = new Map(sites.flatMap((one, s) => one.layers.map((i) => [i, s] as const)));
  return {
    layers: layers.map((one, i) => ({ ...one, site: siteOf.get(i) ?? null })),
    sites,
    layerTies: layers.map((_, i) => [i]),
    siteTies: sites.map((_, s) => [s]),
    memory: null,
    hardware: profiles['server-cpu'],
    batch: 1,
    ...more,
  };
}
