import { parseScheme, payloadBits } from '../../core/formats/index.js';
import type { TogetherSchemes } from '../../report/runSettings.js';

/** The schemes that layers are tried under, in their canonical spelling. */
export interface RunSchemes {
  readonly weight: readonly string[];
  readonly activation: readonly string[];
}

const canonicalText = (text: string): string => parseScheme(text).text;

/** Schemes in their canonical spelling. @throws SchemeError for a text that is none */
export const canonical = (weight: readonly string[], activation: readonly string[]): RunSchemes => ({
  weight: weight.map(canonicalText),
  activation: activation.map(canonicalText),
});

/** Schemes for all layers at once, in their canonical spelling. @throws SchemeError for one that is none. */
export const togetherSchemes = ({ weight, activation }: TogetherSchemes): TogetherSchemes => ({
  weight: canonicalText(weight),
  activation: activation === null ? null : canonicalText(activation),
});

/** The activation scheme that goes with a weight scheme: of as many bits, or of the most. An index; undefined when there are none. */
export function partnerOf({ weight, activation }: RunSchemes, index: number): number | undefined {
  const bits = activation.map((text) => payloadBits(parseScheme(text).format));
  const same = bits.indexOf(payloadBits(parseScheme(weight[index]).format));
  if (same >= 0) return same;
  return bits.length === 0 ? undefined : bits.indexOf(Math.max(...bits));
}

/** Granularity of each scheme: `tensor`, `channel` or `block`. */
export const granularitiesOf = (texts: readonly string[]): readonly string[] => texts.map((text) => parseScheme(text).granularity.kind);
