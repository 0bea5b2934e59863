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
