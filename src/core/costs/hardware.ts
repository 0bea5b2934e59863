import type { EnergyConstants } from './energy.js';
import { binarySpeedup, float32, rooflineTime, type RooflineTime, type Width } from './operations.js';

/** What the cost models know of a machine. Everything is the maker's figure: what a program reaches is less. */
export interface Hardware {
  readonly name: string;
  /** Where the figures are from, and how they were derived. */
  readonly source: string;
  /** Multiply-accumulates per second by bits of the wider operand; widths that are left out run in the next wider one. */
  readonly peak: {
    readonly integer: Readonly<Record<string, number>>;
    readonly float: Readonly<Record<string, number>>;
  };
  /** Bytes per second from main memory. */
  readonly bandwidth: number;
  readonly energy: EnergyConstants;
}

const narrowest = (figures: Readonly<Record<string, number>>, bits: number): number | null =>
  Object.keys(figures)
    .map(Number)
    .filter((width) => width >= bits)
    .sort((a, b) => a - b)
    .map((width) => figures[width])[0] ?? null;

/**
 * Multiply-accumulates per second of two widths: integers in the narrowest arithmetic that holds both, with a float operand (and for integers wider
 * than any) in that of the wider float. Null when the machine has none.
 */
export function peakOf({ peak }: Pick<Hardware, 'peak'>, weight: Width, activation: Width): number | null {
  const floats = [weight, activation].filter(({ kind }) => kind === 'float').map(({ bits }) => bits);
  const integer = floats.length === 0 ? narrowest(peak.integer, Math.max(weight.bits, activation.bits)) : null;
  return integer ?? narrowest(peak.float, floats.length === 0 ? float32.bits : Math.max(...floats));
}

/** The roofline of `macs` multiply-accumulates that move `bytes`; null when the machine has no arithmetic for the widths. */
export function timeOn(hardware: Hardware, macs: number, bytes: number, weight: Width, activation: Width): RooflineTime | null {
  const peak = peakOf(hardware, weight, activation);
  return peak === null ? null : rooflineTime(macs, bytes, peak, hardware.bandwidth);
}

/** What binary weights and inputs gain. */
export interface BinaryGain {
  /** Of the arithmetic alone, on 64-bit words. */
  readonly speedup: number;
  /** With the time that the bits and the float results take to come and go, against float32; null when the machine has no float32. */
  readonly bounded: number | null;
}

/** A layer's shape, as far as the costs of running it go. */
export interface LayerShape {
  readonly macs: number;
  readonly weights: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Input channels of one filter. */
  readonly channels: number;
  /** Elements of one filter plane. */
  readonly kernel: number;
}

/** XNOR-Net's speed-up of a layer, and what of it memory leaves: both layers float32 in and out of the arithmetic, roofline against roofline. */
export function binaryGain(hardware: Hardware, { macs, weights, inputs, outputs, channels, kernel }: LayerShape): BinaryGain {
  const speedup = binarySpeedup(channels, kernel);
  const peak = peakOf(hardware, float32, float32);
  if (peak === null) return { speedup, bounded: null };
  const float = rooflineTime(macs, 4 * (weights + inputs + outputs), peak, hardware.bandwidth);
  const binary = rooflineTime(macs, (weights + inputs) / 8 + 4 * outputs, peak * speedup, hardware.bandwidth);
  return { speedup, bounded: binary.time > 0 ? float.time / binary.time : null };
}
