import { parseScheme, type Scheme } from '../core/formats/index.js';

const widths = [2, 3, 4, 5, 6, 7, 8];

/**
 * What every weight is measured under unless the user asks for something else: each integer width from 2 to 8 the plain way (one scale for
 * the tensor, no clipping) and the careful way (a scale and the best clip per channel), and the 16-bit formats that hardware offers.
 */
export const defaultSchemes: readonly string[] = [
  ...widths.map((bits) => `int${bits}/tensor/minmax`),
  ...widths.map((bits) => `int${bits}/channel/mse`),
  'int16/tensor/minmax',
  'bf16',
  'fp16',
];

/** Parses scheme strings; throws SchemeError at the first that is none. */
export const parseSchemes = (texts: readonly string[]): Scheme[] => texts.map((text) => parseScheme(text));
