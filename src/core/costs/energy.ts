import type { Width } from './operations.js';

/** Picojoules of single operations. Everything the energy model knows about a machine. */
export interface EnergyConstants {
  readonly source: string;
  readonly floatMultiply: Readonly<Record<16 | 32, number>>;
  readonly floatAdd: Readonly<Record<16 | 32, number>>;
  /** Integer widths that were measured; the others follow the polynomials. */
  readonly integerMultiply: Readonly<Record<number, number>>;
  readonly integerAdd: Readonly<Record<number, number>>;
  /** quadratic·b_w·b_a + linear·(b_w + b_a)/2, which for equal widths is quadratic·b² + linear·b. */
  readonly multiplyFit: { readonly quadratic: number; readonly linear: number };
  /** pJ per bit of the sum. */
  readonly addPerBit: number;
  /** pJ for 32 bits from the memory beside the arithmetic. */
  readonly sram: number;
  /** pJ for 32 bits from main memory. */
  readonly dram: number;
}

/** Bits of the sum that products of integers are added to. */
const accumulator = 32;

/** 45 nm; the memory beside the arithmetic is an 8 KB cache. */
export const horowitz: EnergyConstants = {
  source: 'M. Horowitz, Computing’s energy problem, ISSCC 2014, 45 nm with a cache of 8 KB',
  floatMultiply: { 16: 1.1, 32: 3.7 },
  floatAdd: { 16: 0.4, 32: 0.9 },
  integerMultiply: { 8: 0.2, 32: 3.1 },
  integerAdd: { 8: 0.03, 32: 0.1 },
  multiplyFit: { quadratic: 0.0029948, linear: 0.0010417 },
  addPerBit: 0.003125,
  sram: 5,
  dram: 640,
};

/** pJ of an integer product of two widths. */
export function multiplyEnergy(weightBits: number, activationBits: number, constants: EnergyConstants = horowitz): number {
  const measured = weightBits === activationBits ? constants.integerMultiply[weightBits] : undefined;
  const { quadratic, linear } = constants.multiplyFit;
  return measured ?? quadratic * weightBits * activationBits + (linear * (weightBits + activationBits)) / 2;
}

/** pJ of an integer sum. */
export const addEnergy = (bits: number, constants: EnergyConstants = horowitz): number =>
  constants.integerAdd[bits] ?? constants.addPerBit * bits;

/** pJ of one multiply-accumulate. With a float operand the arithmetic is that of the wider float: an integer is converted first. */
function macEnergy(weight: Width, activation: Width, constants: EnergyConstants): number {
  if (weight.kind === 'integer' && activation.kind === 'integer') {
    return multiplyEnergy(weight.bits, activation.bits, constants) + addEnergy(accumulator, constants);
  }
  const floats = [weight, activation].filter(({ kind }) => kind === 'float').map(({ bits }) => bits);
  const bits = Math.max(...floats) <= 16 ? 16 : 32;
  return constants.floatMultiply[bits] + constants.floatAdd[bits];
}

/** Energy of a layer or a model for one sample, in pJ. An estimate: see `energy`. */
export interface Energy {
  readonly arithmetic: number;
  readonly sram: number;
  readonly dram: number;
}

/**
 * Energy of `macs` multiply-accumulates in pJ: their arithmetic; both operands of each from the memory beside it (no reuse in registers); and
 * the stored weights from main memory once.
 *
 * @param storedBits bits of the weights with scales, zero points and codebooks
 */
export function energy(macs: number, weight: Width, activation: Width, storedBits: number, constants: EnergyConstants = horowitz): Energy {
  return {
    arithmetic: macs * macEnergy(weight, activation, constants),
    sram: (macs * (weight.bits + activation.bits) * constants.sram) / 32,
    dram: (storedBits * constants.dram) / 32,
  };
}
