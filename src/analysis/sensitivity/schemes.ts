import { parseScheme, payloadBits, SchemeError } from '../../core/formats/index.js';
import { fitsIntoGraph } from '../../engine/index.js';
import type { TogetherSchemes } from '../../report/runSettings.js';

/** The schemes that layers are tried under, in their canonical spelling. */
export interface RunSchemes {
  readonly weight: readonly string[];
  readonly activation: readonly string[];
}

/**
 * The schemes a run can try, and those for activations that cannot be put into the graph.
 * @throws SchemeError for a text that is no scheme
 */
export function usableSchemes(
  weight: readonly string[],
  activation: readonly string[],
): { readonly schemes: RunSchemes; readonly left: readonly string[] } {
  const activations = activation.map(parseScheme);
  return {
    schemes: {
      weight: weight.map((text) => parseScheme(text).text),
      activation: activations.filter(fitsIntoGraph).map(({ text }) => text),
    },
    left: activations.filter((scheme) => !fitsIntoGraph(scheme)).map(({ text }) => text),
  };
}

/** Schemes for all layers at once, in their canonical spelling. @throws SchemeError for one that is none or cannot be used. */
export function togetherSchemes({ weight, activation }: TogetherSchemes): TogetherSchemes {
  const parsed = activation === null ? null : parseScheme(activation);
  if (parsed && !fitsIntoGraph(parsed))
    throw new SchemeError('scheme', parsed.text, 'cannot be put on activations inside a model: choose another one');
  return { weight: parseScheme(weight).text, activation: parsed && parsed.text };
}

/** The activation scheme that goes with a weight scheme: of as many bits, or of the most. An index; undefined when there are none. */
export function partnerOf({ weight, activation }: RunSchemes, index: number): number | undefined {
  const bits = activation.map((text) => payloadBits(parseScheme(text).format));
  const same = bits.indexOf(payloadBits(parseScheme(weight[index]).format));
  if (same >= 0) return same;
  return bits.length === 0 ? undefined : bits.indexOf(Math.max(...bits));
}
