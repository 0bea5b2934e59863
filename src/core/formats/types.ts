/** Number formats and schemes as plain data. Every definition follows the field's usual names; see docs/formats.md. */

/** Set of representable values of one element. `bits` is the payload of one element, without scales. */
export type Format =
  /** Linear integer. `symmetric`: zero point 0 (or the middle code when unsigned); `narrow`: the code −2^(b−1) is not used. */
  | { readonly kind: 'integer'; readonly bits: number; readonly signed: boolean; readonly symmetric: boolean; readonly narrow: boolean }
  /** Direct quantization: fixed step over the full range of the tensor, no zero point. */
  | { readonly kind: 'direct'; readonly bits: number }
  /** Fixed point with step 2^−fraction; `dynamic`: Ristretto's rule per tensor, `mse`: the fraction with the least error. */
  | { readonly kind: 'fixed'; readonly bits: number; readonly fraction: number | 'dynamic' | 'mse' }
  /** Floating point with 1 sign bit. `special`: which codes are not finite. */
  | {
      readonly kind: 'float';
      readonly name: string;
      readonly exponent: number;
      readonly mantissa: number;
      readonly bias: number;
      readonly max: number;
      readonly special: 'ieee' | 'nan-only' | 'none';
    }
  /** OCP microscaling: blocks of 32 elements share one E8M0 scale. `scaleRule`: how the shared exponent is rounded. */
  | { readonly kind: 'mx'; readonly element: Format; readonly scaleRule: 'floor' | 'ceil' }
  /** NVFP4: blocks of 16 E2M1 elements, an E4M3 scale per block, a float32 scale per tensor. */
  | { readonly kind: 'nvfp4' }
  /** The 16 quantiles of QLoRA's NormalFloat, scaled by the absolute maximum of the block. */
  | { readonly kind: 'nf4' }
  /** ±2^k and zero. */
  | { readonly kind: 'pow2'; readonly bits: number }
  /** α·sign(x) (XNOR-Net). */
  | { readonly kind: 'binary' }
  /** −α, 0, α with threshold 0.7·mean|x| (TWN). */
  | { readonly kind: 'ternary' }
  /** Weight sharing: k-means codebook of `values` entries. */
  | { readonly kind: 'codebook'; readonly values: number }
  /** GGML block formats. */
  | { readonly kind: 'ggml'; readonly type: 'q4_0' | 'q4_1' | 'q5_0' | 'q8_0' | 'q4_k' | 'q6_k' | 'iq4_nl' }
  /** Edge-cutting: the `drop` lowest bits of the codes of `base` are cut. */
  | { readonly kind: 'cut'; readonly base: Format; readonly drop: number; readonly how: 'floor' | 'toward-zero' | 'round' }
  /** Values with |x| < `threshold` become zero; the others keep their float32. */
  | { readonly kind: 'prune'; readonly threshold: number };

/** What shares one scale. The axis of `channel` belongs to the tensor, not to the scheme. */
export type Granularity = { readonly kind: 'tensor' } | { readonly kind: 'channel' } | { readonly kind: 'block'; readonly size: number };

/** How the clip range is chosen. `fixed`: given by the user, in real units. */
export type Clipping =
  | { readonly method: 'minmax' | 'mse' | 'kl' | 'aciq' | 'octav' }
  | { readonly method: 'percentile'; readonly percentile: number }
  | { readonly method: 'fixed'; readonly lo: number; readonly hi: number };

export type Rounding = 'nearest-even' | 'nearest-away' | 'stochastic' | 'floor' | 'toward-zero';

/** A scheme: format, granularity, clipping method and rounding. `text` is its canonical spelling, e.g. `int4/channel/mse`. */
export interface Scheme {
  readonly text: string;
  readonly format: Format;
  readonly granularity: Granularity;
  readonly clipping: Clipping;
  readonly rounding: Rounding;
}

/** `[lo, hi]` in real units; values outside saturate. */
export interface ClipRange {
  readonly lo: number;
  readonly hi: number;
}
