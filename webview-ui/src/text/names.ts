/** Names come from the model file: any text, of any length, in any direction. */

/** Control and formatting characters, line separators and lone surrogates become visible replacement characters. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\ufffd');

/** Leaves out the middle, where names of layers differ least, so that at most `max` characters stay. */
export function shorten(text: string, max: number): string {
  // a name has at least as many code units as characters, so what is short enough needs no splitting
  if (text.length <= max) return text;
  const characters = Array.from(text);
  if (characters.length <= max) return text;
  const tail = Math.floor((max - 1) / 2);
  return `${characters.slice(0, max - 1 - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}

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
