/** What is planned: layers with the ways to store their weights, values with the ways to pass them on, and the machine. */
import type { Hardware } from '../../core/costs/hardware.js';
import { float32, type Width } from '../../core/costs/operations.js';
import type { Transform } from '../../core/remedies/transform.js';
import type { ClipReport } from '../../report/types.js';

/** One way to store a layer's weight. */
export interface WeightOption {
  /** null: as it is stored. */
  readonly scheme: string | null;
  readonly width: Width;
  /** Bits of the whole weight with scales, zero points and codebooks. */
  readonly storedBits: number;
  /** Σ(x−x̂)²/Σx² of the weight. */
  readonly weightNoise: number;
  /** What a plan adds up: noise over signal at the outputs where the model was run, else that of the weight. NaN where it is not known. */
  readonly noise: number;
}

/** One way to hand a value to the layers that take it in. */
export interface ActivationOption {
  /** null: as it is. */
  readonly scheme: string | null;
  readonly width: Width;
  readonly clip: ClipReport | null;
  /** As with weights. */
  readonly noise: number;
}

/** A layer as the planner sees it. Counts are for one sample, and null where they cannot be inferred. */
export interface PlanLayer {
  readonly name: string;
  readonly op: string;
  /** Name of the weight: layers with the same one store it once. */
  readonly weight: string;
  readonly elements: number;
  readonly macs: number | null;
  /** Elements of the value it takes in and of the one it gives; 0 for the further weights of one operator. */
  readonly inputs: number | null;
  readonly outputs: number | null;
  /** Of one filter: input channels and elements of a plane. */
  readonly channels: number;
  readonly kernel: number;
  /** Number of the value it takes in; null when that stays as it is. */
  readonly site: number | null;
  readonly options: readonly WeightOption[];
}

/** A value that layers take in. */
export interface Site {
  readonly value: string;
  readonly layers: readonly number[];
  readonly options: readonly ActivationOption[];
}

/** A value that is held at some moment. */
export interface HeldValue {
  readonly name: string;
  readonly elements: number;
  /** Sites whose scheme it is stored in, the widest counts; null: as float32. */
  readonly sites: readonly number[] | null;
}

/** What is held while the model runs, in an order with a low peak. */
export interface Memory {
  readonly values: readonly HeldValue[];
  /** By step of the order: numbers of the values held, and the name of the node that runs. */
  readonly moments: readonly { readonly node: string; readonly live: readonly number[] }[];
  /** Whether the order is that of the file. */
  readonly asStored: boolean;
}

export interface Subject {
  readonly layers: readonly PlanLayer[];
  readonly sites: readonly Site[];
  /** Groups of indices that take one scheme; each layer and each site is in one. */
  readonly layerTies: readonly (readonly number[])[];
  readonly siteTies: readonly (readonly number[])[];
  /** Null when the shape of some value cannot be inferred. */
  readonly memory: Memory | null;
  readonly hardware: Hardware;
  /** Samples that run at once. */
  readonly batch: number;
}

/** An option for each layer and for each site. */
export interface Assigned {
  readonly weights: readonly WeightOption[];
  readonly activations: readonly ActivationOption[];
  /** What else is done to layers when it is run; nothing when left out. */
  readonly transforms?: readonly { readonly layer: number; readonly transforms: readonly Transform[] }[];
}

/** A value as float32. */
export const asFloat: ActivationOption = { scheme: null, width: float32, clip: null, noise: 0 };

/** The weight as float32, whatever it is stored as. */
export const asFloat32 = ({ elements }: Pick<PlanLayer, 'elements'>): WeightOption => ({
  scheme: null,
  width: float32,
  storedBits: 32 * elements,
  weightNoise: 0,
  noise: 0,
});

/** Everything as float32. */
export const floatAssigned = ({ layers, sites }: Subject): Assigned => ({
  weights: layers.map(asFloat32),
  activations: sites.map(() => asFloat),
});
