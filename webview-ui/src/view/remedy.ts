/** A remedy that is another scheme, as it is applied to what is planned. Pure. */
import type { Remedy } from '../../../src/report/types.js';
import { integerBits, schemeParts } from './schemes.js';

export type SchemeRemedy = Extract<Remedy, { readonly target: 'weight' | 'activation' }>;

export const isSchemeRemedy = (remedy: Remedy | undefined): remedy is SchemeRemedy => remedy !== undefined && 'target' in remedy;

/**
 * What is planned with the remedy: its gain was measured by comparing two schemes of few bits, so that only what tells these apart is changed, and the
 * width that is planned stays. What is left as it is gets the remedy's own scheme.
 */
export function withRemedy(planned: string | null, { scheme, instead }: SchemeRemedy): string {
  if (planned === null) return scheme;
  const [now, before, after] = [schemeParts(planned), schemeParts(instead), schemeParts(scheme)];
  const bits = integerBits(now.format);
  if (bits === null || integerBits(after.format) === null) return scheme;
  const format = before.format === after.format ? now.format : after.format.replace(/\d+/, String(bits));
  const granularity = before.granularity === after.granularity ? now.granularity : after.granularity;
  const clipping = before.clipping === after.clipping ? now.clipping : after.clipping;
  return [format, granularity, clipping].filter((part) => part !== '').join('/');
}
