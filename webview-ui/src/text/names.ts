import { printable, shorten } from '../../../src/report/names.js';

/** A name for display outside running text. */
export const displayName = (name: string, max = 200): string => printable(shorten(name, max));

/** A name inside a sentence: isolated, so that its direction does not reorder the words around it (Unicode FSI … PDI). */
export const nameInText = (name: string, max = 60): string => `\u2068${displayName(name, max)}\u2069`;

/** A name as its beginning, which may be cut on screen, and its end, which may not. Short names have no end. */
export function splitName(name: string, tail = 14): { readonly head: string; readonly tail: string } {
  const characters = Array.from(displayName(name));
  return characters.length <= tail * 2
    ? { head: characters.join(''), tail: '' }
    : { head: characters.slice(0, -tail).join(''), tail: characters.slice(-tail).join('') };
}
