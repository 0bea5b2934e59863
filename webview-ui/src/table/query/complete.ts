/** What could be written next in the filter. */
import type { LayerReport } from '../../../../src/report/types.js';
import { formatCount, formatReal } from '../../text/format.js';
import { t } from '../../text/l10n.js';
import { displayName } from '../../text/names.js';
import { fieldCalled, type Field, type NumberField, type TextField } from '../fields.js';
import { tokens } from './parse.js';

export interface Proposal {
  /** What is written instead of the text from `Completion.from` to `Completion.to`. */
  readonly insert: string;
  readonly label: string;
  readonly detail: string;
}

export interface Completion {
  readonly from: number;
  readonly to: number;
  readonly proposals: readonly Proposal[];
}

const MOST = 12;

const quoted = (text: string): string => (/[\s"|~]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text);

/** Values of a field with the number of layers that have them, the most frequent first. */
function values(of: NonNullable<TextField['proposed']>, layers: readonly LayerReport[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const layer of layers) for (const value of new Set(of(layer))) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function range(field: NumberField, layers: readonly LayerReport[]): string {
  const known = layers.flatMap((layer, index) => {
    const value = field.of(layer, index);
    return value === null || !Number.isFinite(value) ? [] : [value];
  });
  if (known.length === 0) return t('not known');
  return t('{0} to {1}', formatReal(Math.min(...known)), formatReal(Math.max(...known)));
}

/** What could stand at `caret` of `text`: names of fields, then values. */
export function complete(text: string, caret: number, all: readonly Field[], layers: readonly LayerReport[]): Completion {
  const token = tokens(text).find(({ start, text: own }) => start <= caret && caret <= start + own.length) ?? { start: caret, text: '' };
  const not = token.text.startsWith('-') ? 1 : 0;
  const start = token.start + not;
  const written = text.slice(start, caret);
  const end = token.start + token.text.length;
  const match = /^(\w+)(<=|>=|!=|[:<>=~])(.*)$/s.exec(written);
  const field = match ? fieldCalled(all, match[1]) : undefined;
  if (match && field) {
    const [, name, operator, value] = match;
    const begin = start + name.length + operator.length + Math.max(0, value.lastIndexOf('|') + 1);
    const wanted = text.slice(begin, caret).replace(/"/g, '').toLowerCase();
    if (field.kind === 'number') {
      const proposals = value === '' ? [{ insert: '', label: field.label, detail: range(field, layers) }] : [];
      return { from: caret, to: caret, proposals };
    }
    if (operator !== ':' || !field.proposed) return { from: caret, to: caret, proposals: [] };
    const proposals = values(field.proposed, layers)
      .filter(([known]) => known.toLowerCase().includes(wanted) && known.toLowerCase() !== wanted)
      .slice(0, MOST)
      .map(([known, count]) => ({
        insert: `${quoted(known)} `,
        label: displayName(known, 60),
        detail: count === 1 ? t('1 layer') : t('{0} layers', formatCount(count)),
      }));
    return { from: begin, to: end, proposals };
  }
  const wanted = written.toLowerCase();
  const proposals = all
    .filter(({ name }) => name.startsWith(wanted))
    .map((known) => ({ insert: `${known.name}${known.kind === 'text' ? ':' : '<'}`, label: known.name, detail: known.label }));
  return { from: start, to: end, proposals: written === '' && text.trim() !== '' && token.text !== '' ? [] : proposals };
}
