/**
 * What is done to a layer's float numbers before, or while, they are quantized; the remedies of a report that are no schemes. All that was measured for it is in it, so that
 * it takes the model alone to do it.
 */
export type Transform =
  /**
   * Cross-layer equalization with the layer of that name, which comes after this one: the factors follow from both weights. `ranges`: of each channel of what that layer takes
   * in, in the model as it is; its own range follows from them. Needed where that value is quantized.
   */
  | { readonly transform: 'equalize'; readonly with: string; readonly ranges?: ChannelRanges }
  /**
   * The mean error that the quantized weight makes, Σ ε·E[x], is taken from the bias, channel by channel. `means`: E[x] of each channel that the layer takes in. `inside`: for each
   * element of a kernel, row-major, the share of outputs for which it lies on a value and not on the padding; all 1 when left out.
   */
  | { readonly transform: 'correct-bias'; readonly means: readonly number[]; readonly inside?: readonly number[] }
  /** The weight's scales are widened where the bias would leave int32. */
  | { readonly transform: 'fit-bias' };

/** lo and hi of each channel. */
export type ChannelRanges = readonly (readonly [number, number])[];
