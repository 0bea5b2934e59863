import { printable } from '../../../report/names.js';

/** HTML that may be put into a page as it is. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template: text is escaped, markup is not, lists are joined, nothing is left out. */
export type Part = string | number | Markup | null | readonly Part[];

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function written(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return printable(String(part)).replace(/[&<>"']/g, (c) => escapes[c]);
  return part.map(written).join('');
}

/** Templates as they are written out: spaces that only lay out the source are one space. */
const templates = new WeakMap<TemplateStringsArray, readonly string[]>();

function collapsed(strings: TemplateStringsArray): readonly string[] {
  const known = templates.get(strings);
  if (known) return known;
  const made = strings.map((text) => text.replace(/\s+/g, ' '));
  templates.set(strings, made);
  return made;
}

/** HTML with values in it. Whatever is no markup is escaped, for names come from model files. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(
    collapsed(strings)
      .map((text, i) => (i < parts.length ? text + written(parts[i]) : text))
      .join(''),
  );
