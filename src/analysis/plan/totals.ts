import { energy, type Energy } from '../../core/costs/energy.js';
import { timeOn } from '../../core/costs/hardware.js';
import { peakOf, type Peak } from '../../core/costs/liveness.js';
import { bitOperations, float32, type RooflineTime, type Width } from '../../core/costs/operations.js';
import type { Evidence } from '../../report/types.js';
import type { Totals } from '../../report/plan.js';
import type { CostKind } from './budget.js';
import type { ActivationOption, Assigned, HeldValue, Memory, PlanLayer, Subject, WeightOption } from './subject.js';

/** The machine and the batch: what costs are figured for. */
export type Setting = Pick<Subject, 'hardware' | 'batch'>;

/** What running one layer costs; null where its operations or values are not known, or the machine has no arithmetic for its widths. */
interface LayerRun {
  bops(): number | null;
  energy(): Energy | null;
  /** Bytes of its weight, of what it takes in and of what it gives, which is as wide as what it takes in. */
  moved(): number | null;
  time(): RooflineTime | null;
}

/** @param stores whether its weight comes from memory here; shared ones come once */
function layerRun(
  { macs, inputs, outputs }: PlanLayer,
  { width, storedBits }: WeightOption,
  activation: Width,
  stores: boolean,
  { hardware, batch }: Setting,
): LayerRun {
  const bits = stores ? storedBits : 0;
  const moved = (): number | null =>
    inputs === null || outputs === null ? null : Math.ceil((bits + batch * (inputs + outputs) * activation.bits) / 8);
  return {
    bops: () => (macs === null ? null : bitOperations(batch * macs, width, activation)),
    energy: () => (macs === null ? null : energy(batch * macs, width, activation, bits, hardware.energy)),
    moved,
    time: () => {
      const bytes = moved();
      return macs === null || bytes === null ? null : timeOn(hardware, batch * macs, bytes, width, activation);
    },
  };
}

const widthAt = (activations: readonly ActivationOption[], site: number | null): Width =>
  site === null ? float32 : activations[site].width;

/** What each layer costs; a weight that several use is stored by the first. */
export function layerRuns(subject: Subject, { weights, activations }: Assigned): LayerRun[] {
  const stored = new Set<string>();
  return subject.layers.map((layer, i) => {
    const stores = !stored.has(layer.weight);
    stored.add(layer.weight);
    return layerRun(layer, weights[i], widthAt(activations, layer.site), stores, subject);
  });
}

/** Bits the weights of layers take, shared ones once. */
export const storedBitsOf = (layers: readonly PlanLayer[], weights: readonly WeightOption[]): number =>
  [...new Map(layers.map(({ weight }, i) => [weight, weights[i].storedBits])).values()].reduce((a, b) => a + b, 0);

/** Elements of the layers' weights, shared ones once. */
export const elementsOf = (layers: readonly PlanLayer[]): number =>
  [...new Map(layers.map(({ weight, elements }) => [weight, elements])).values()].reduce((a, b) => a + b, 0);

/** Bits an element of a value is held in. */
export const heldBits = ({ sites }: HeldValue, activations: readonly ActivationOption[]): number =>
  sites === null ? float32.bits : Math.max(...sites.map((site) => activations[site].width.bits));

/** Bytes that each value takes. */
const bytesOf = ({ values }: Memory, batch: number, activations: readonly ActivationOption[]): number[] =>
  values.map((value) => (batch * value.elements * heldBits(value, activations)) / 8);

/** Bytes held while each step of the order runs; null where the shape of some value is unknown. */
export function heldActivations({ memory, batch }: Subject, activations: readonly ActivationOption[]): number[] | null {
  if (!memory) return null;
  const bytes = bytesOf(memory, batch, activations);
  return memory.moments.map(({ live }) => Math.ceil(live.reduce((sum, value) => sum + bytes[value], 0)));
}

/** When most is held; null where the shape of some value is unknown. */
export function peakActivations({ memory, batch }: Subject, activations: readonly ActivationOption[]): Peak | null {
  if (!memory) return null;
  const { moments } = memory;
  const bytes = bytesOf(memory, batch, activations);
  const peak = peakOf(
    moments.map(({ live }) => live),
    (value) => bytes[value],
  );
  return { ...peak, bytes: Math.ceil(peak.bytes) };
}

const sumOrNull = (values: readonly (number | null)[]): number | null =>
  values.includes(null) ? null : values.reduce<number>((a, b) => a + (b ?? 0), 0);

const inDecibels = (noise: number): number | null => (noise > 0 ? -10 * Math.log10(noise) : null);

/** Everything an assignment costs and is predicted to do. */
export function totalsOf(subject: Subject, assigned: Assigned, evidence: Evidence): Totals {
  const { layers } = subject;
  const { weights, activations } = assigned;
  const runs = layerRuns(subject, assigned);
  const bits = storedBitsOf(layers, weights);
  const elements = elementsOf(layers);
  const energies = runs.map((run) => run.energy());
  const part = (name: keyof Energy): number | null => sumOrNull(energies.map((one) => one && one[name]));
  const [arithmetic, sram, dram] = [part('arithmetic'), part('sram'), part('dram')];
  const energyParts = arithmetic === null || sram === null || dram === null ? null : { arithmetic, sram, dram };
  const noise = [...weights, ...activations].reduce((sum, option) => sum + option.noise, 0);
  return {
    outputSqnrDb: evidence === 'weights' ? null : inDecibels(noise),
    weightSqnrDb: inDecibels(weights.reduce((sum, { weightNoise }) => sum + weightNoise, 0)),
    bytes: Math.ceil(bits / 8),
    effectiveBits: elements > 0 ? bits / elements : 0,
    peakActivationBytes: peakActivations(subject, activations)?.bytes ?? null,
    bops: sumOrNull(runs.map((run) => run.bops())),
    energyPj: energyParts && energyParts.arithmetic + energyParts.sram + energyParts.dram,
    energyParts,
    seconds: sumOrNull(runs.map((run) => run.time()?.time ?? null)),
  };
}

/** What layers cost that share an activation width, in the unit of the kind; NaN where it is not known. Peaks of activations are no sum: see `peak.ts`. */
export function costOf(
  kind: Exclude<CostKind, 'activations'>,
  layers: readonly PlanLayer[],
  weights: readonly WeightOption[],
  activation: (layer: PlanLayer) => Width,
  setting: Setting,
): number {
  if (kind === 'size') return storedBitsOf(layers, weights);
  const stored = new Set<string>();
  return layers.reduce((sum, layer, i) => {
    const stores = !stored.has(layer.weight);
    stored.add(layer.weight);
    const run = layerRun(layer, weights[i], activation(layer), stores, setting);
    if (kind === 'bops') return sum + (run.bops() ?? NaN);
    if (kind === 'time') return sum + (run.time()?.time ?? NaN);
    const parts = run.energy();
    return sum + (parts ? parts.arithmetic + parts.sram + parts.dram : NaN);
  }, 0);
}
