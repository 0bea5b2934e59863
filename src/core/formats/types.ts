/** Number formats and schemes as plain data. Every definition follows the field's usual names; see docs/formats.md. */

/** Another tool whose scales and zero points are to be reproduced. */
export type Match = 'onnxruntime';

/** Set of representable values of one element. `bits` is the payload of one element, without scales. */
export type Format =
  /**
   * Linear integer. `symmetric`: zero point 0 (or the middle code when unsigned); `narrow`: the code −2^(b−1) is not used. `match`: scaled as
   * that tool does it; only with the widths it has, see `matching`.
   */
  | {
      readonly kind: 'integer';
      readonly bits: number;
      readonly signed: boolean;
      readonly symmetric: boolean;
      readonly narrow: boolean;
      readonly match?: Match;
    }
  /** Direct quantization: fixed step over the full range of the tensor, no zero point. */
  | { readonly kind: 'direct'; readonly bits: number }
  /**
   * Fixed point with step 2^−fraction; `dynamic`: Ristretto's rule for parameters, `dynamic-io`: its rule for layer inputs and outputs,
   * `mse`: the fraction with the least error.
   */
  | { readonly kind: 'fixed'; readonly bits: number; readonly fraction: number | 'dynamic' | 'dynamic-io' | 'mse' }
  /**
   * Floating point with 1 sign bit. `max`: largest finite value. `special`: which codes are not finite. `overflow`: values beyond `max`
   * saturate, or become what IEEE 754 says (infinity, NaN where the format has no infinity). `match`: as for integers.
   */
  | {
      readonly kind: 'float';
      readonly name: string;
      readonly exponent: number;
      readonly mantissa: number;
      readonly bias: number;
      readonly max: number;
      readonly special: 'ieee' | 'nan-only' | 'none';
      readonly overflow: 'saturate' | 'ieee';
      readonly match?: Match;
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

/** Uniform numbers in [0, 1), for stochastic rounding. */
export type Random = () => number;

/** A format fitted to one run: the elements that share a scale (a tensor, a channel, a block). */
export interface Quantizer {
  /** What would be stored beside the codes, by name: `scale`, `zeroPoint`, `codebook`, … One number, or one per block. */
  readonly parameters: Readonly<Record<string, number | Readonly<ArrayLike<number>>>>;
  /** The smallest and the largest value the fitted format represents. */
  readonly range: ClipRange;
  /** The codes of `x` as integers. NaN, where the format has no code for it, encodes as zero. */
  readonly encode: (x: Float32Array, rounding: Rounding, random?: Random) => Int32Array;
  /** The values of `codes`. */
  readonly decode: (codes: Int32Array) => Float32Array;
  /** `decode(encode(x))` into `out` (may be `x`), except that NaN stays NaN. Every step is a float32 operation. */
  readonly fakeQuantize: (x: Float32Array, out: Float32Array, rounding: Rounding, random?: Random) => void;
}

/**
 * What a format needs to be fitted: nothing; the clip range of the run; all values of the run at once; or values of which every block (of the
 * size the scheme's granularity says) is fitted by itself, so that a run may be any number of consecutive blocks of one channel, the last
 * one shorter.
 */
export type Needs = 'nothing' | 'clip' | 'values' | 'blocks';

/** A format's behaviour. */
export interface Codec {
  readonly needs: Needs;
  /**
   * Fits the format to a run. Formats that need `nothing` ignore both arguments; those that need the `clip` ignore `run` (pass an empty
   * array); those that need `values` or `blocks` read `run`, and the quantizer then takes that run only (NVFP4 also reads `clip`: the range
   * of the whole tensor, for its tensor scale). Never throws on NaN, infinities, empty or constant runs.
   */
  readonly fit: (run: Float32Array, clip: ClipRange) => Quantizer;
}

/** Bits stored beside the codes. */
export interface Storage {
  /** Payload bits of one element. */
  readonly payload: number;
  /** Bits per run: scale, zero point, codebook. */
  readonly run: number;
  /** Bits per tensor. */
  readonly tensor: number;
  /** Runs are padded to a multiple of this many elements (1: not padded). */
  readonly pad: number;
}

/** What the rest of a scheme may say about a format. */
export interface Traits {
  readonly storage: Storage;
  /** What shares a scale when the scheme does not say, or may not say. */
  readonly granularity: Granularity;
  /** Which parts of the scheme a user may choose. */
  readonly choices: { readonly granularity: boolean; readonly clipping: boolean; readonly rounding: boolean };
  /** Rounding when the scheme does not say. */
  readonly rounding: Rounding;
}

/** A paragraph of docs/formats.md. */
export interface FormatDoc {
  readonly title: string;
  /** Spellings, e.g. `int<b>`. */
  readonly spelling: string;
  readonly formula: readonly string[];
  readonly source: string;
  /** A scheme and values to show it on. */
  readonly example: { readonly scheme: string; readonly values: readonly number[] };
}

/** One family of formats: how its members are spelled, what they store and how they behave. */
export interface Family<F extends Format = Format> {
  readonly kind: F['kind'];
  /** Valid spellings, for suggestions. */
  readonly spellings: readonly string[];
  /** The format spelled `text` (lower case), or null when it is not of this family; throws SchemeError when it is but cannot be. */
  parse(text: string, parseFormat: (text: string) => Format): F | null;
  /** The canonical spelling. */
  spell(format: F): string;
  traits(format: F): Traits;
  codec(format: F): Codec;
  readonly doc: FormatDoc;
}
