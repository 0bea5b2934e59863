import { binary, ternary } from './binary.js';
import { codebook } from './codebook.js';
import { cut } from './cut.js';
import { direct } from './direct.js';
import { fixed } from './fixed.js';
import { float } from './float.js';
import { ggml } from './ggml/index.js';
import { integer } from './integer.js';
import { mx } from './mx.js';
import { nf4 } from './nf4.js';
import { nvfp4 } from './nvfp4.js';
import { pow2 } from './pow2.js';
import { prune } from './prune.js';
import type { Family, Format } from './types.js';

/** Every family of formats, in the order of docs/formats.md. */
export const families: readonly Family[] = [
  integer,
  direct,
  fixed,
  float,
  mx,
  nvfp4,
  nf4,
  pow2,
  binary,
  ternary,
  codebook,
  ggml,
  cut,
  prune,
];

const byKind = new Map<Format['kind'], Family>(families.map((family) => [family.kind, family]));

export function familyOf(format: Format): Family {
  return byKind.get(format.kind)!;
}
