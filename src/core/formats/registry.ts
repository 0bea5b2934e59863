import { float } from './float.js';
import { integer } from './integer.js';
import type { Family, Format } from './types.js';

/** Every family of formats, in the order of docs/formats.md. */
export const families: readonly Family[] = [integer, float];

const byKind = new Map<Format['kind'], Family>(families.map((family) => [family.kind, family]));

export function familyOf(format: Format): Family {
  return byKind.get(format.kind)!;
}
