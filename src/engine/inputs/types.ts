/** What a model is fed: plain data, read when needed, so that memory does not grow with the number of samples. */

import type { DataType } from '../../model/types.js';

/** Elements as ONNX Runtime takes them: float16 and bfloat16 as their bit patterns, bool as 0 and 1. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** One input for one run, row-major. */
export interface InputTensor {
  readonly dataType: DataType;
  readonly shape: readonly number[];
  readonly data: NumberArray;
}

/** All inputs for one run, by name of the model's input. */
export type InputTensors = Readonly<Record<string, InputTensor>>;

/** Samples `[start, end)` for one run. */
export interface SampleRange {
  readonly start: number;
  readonly end: number;
}

/** Samples to run a model on. Read it in the ranges that `planRuns` gives. */
export interface InputSet {
  /** What figures measured with these samples may claim. */
  readonly evidence: 'synthetic' | 'data';
  /** Where the samples come from, for people: `test-images.npz`, `synthetic, seed 1`. */
  readonly source: string;
  readonly samples: number;
  /** The model's inputs, all of them, in the model's order. */
  readonly names: readonly string[];
  /** What was assumed, one line each: defaults that were chosen, inputs that were filled in, files that were passed over. */
  readonly notes: readonly string[];
  /** Samples that every run takes: a number when the model or the files fix it, null when any number will do. */
  readonly batch: number | null;
  /** Ascending sample numbers that no run may reach across, because shapes or shared inputs change there. */
  readonly seams: readonly number[];
  /** Where each sample comes from (a file's name), where samples are files. Labels are matched by it. */
  readonly sampleNames: readonly string[] | null;
  /**
   * The inputs of samples `[start, end)`, in the types and shapes the model wants; the arrays are the caller's to keep.
   * @throws RangeError when the range is empty, outside the set, reaches across a seam or is not `batch` long.
   * @throws InputError when a file is not what it should be.
   */
  read(start: number, end: number): Promise<InputTensors>;
  /** Closes the files. Reading afterwards opens them again or fails. */
  close(): Promise<void>;
}

/** The inputs are not what the model wants or a file is not what it should be: `message` is one line (which, expected, found). */
export class InputError extends Error {
  override readonly name = 'InputError';
}
