/**
 * The language of the filter: terms that all have to hold, `op:Conv effect<30 bits>4 cause:outliers name~/conv\d/`.
 *
 *   word  "two words"      name, operator or weight contains it, whatever the case
 *   field:text|other       the field contains one of these; of numbers: is one of these
 *   field=text             the field is exactly this
 *   field:none             it is not known
 *   field<number           also <= > >= = and !=; numbers may end in k, M, G or %
 *   field~/pattern/i       the field matches a regular expression
 *   -term                  the term does not hold
 */
import { t } from '../../text/l10n.js';
import { fieldCalled, type Field, type NumberField, type TextField } from '../fields.js';

export type Comparison = '<' | '<=' | '>' | '>=' | '=' | '!=';

interface At {
  /** Where in the text the term stands. */
  readonly start: number;
  readonly end: number;
  /** Whether it must not hold. */
  readonly not: boolean;
}

export type Term =
  | (At & { readonly kind: 'anywhere'; readonly text: string })
  | (At & { readonly kind: 'contains'; readonly field: TextField; readonly texts: readonly string[] })
  | (At & { readonly kind: 'equals'; readonly field: TextField; readonly text: string })
  | (At & { readonly kind: 'oneOf'; readonly field: NumberField; readonly numbers: readonly number[] })
  | (At & { readonly kind: 'compares'; readonly field: NumberField; readonly by: Comparison; readonly number: number })
  | (At & { readonly kind: 'matches'; readonly field: TextField; readonly pattern: RegExp })
  | (At & { readonly kind: 'unknown'; readonly field: Field });

/** A term that cannot be understood, or that is not finished. */
export interface Fault {
  readonly start: number;
  readonly end: number;
  /** One line: what was found, and what to write instead. */
  readonly message: string;
}

export interface Query {
  readonly terms: readonly Term[];
  readonly faults: readonly Fault[];
}

/** A stretch of the text without spaces outside of quotes and patterns. */
interface Token {
  readonly start: number;
  readonly text: string;
}

const tokenPattern = /(?:"(?:[^"\\]|\\.)*"?|~\/(?:[^/\\]|\\.)*(?:\/\w*)?|[^\s"~]|~)+/g;

export const tokens = (text: string): readonly Token[] =>
  [...text.matchAll(tokenPattern)].map(({ 0: token, index }) => ({ start: index, text: token }));

const unquoted = (text: string): string => text.replace(/"((?:[^"\\]|\\.)*)"?/g, (_, inside: string) => inside.replace(/\\(.)/g, '$1'));

const suffixes: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, g: 1e9, '%': 1, '': 1 };

/** `1.5k` is 1500; undefined for what is no number. */
function numberOf(text: string): number | undefined {
  const match = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)([kmg%]?)$/i.exec(text.trim());
  return match ? Number(match[1]) * suffixes[match[2].toLowerCase()] : undefined;
}

/** Parts of `text` between bars outside of quotes. */
const alternatives = (text: string): readonly string[] =>
  [...text.matchAll(/(?:"(?:[^"\\]|\\.)*"?|[^|"])+/g)].map(([part]) => unquoted(part));

type Read = { readonly term: Term } | { readonly fault: string } | null;

function readPattern(text: string): RegExp | string {
  const match = /^\/((?:[^/\\]|\\.)*)(?:\/([a-z]*))?$/.exec(text);
  try {
    return match ? new RegExp(match[1], (match[2] ?? '').replace(/[gy]/g, '')) : new RegExp(text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The term that asks `field` for `value`; null while there is no value yet. */
function ask(field: Field, operator: string, value: string, at: At): Read {
  if (value === '') return null;
  if (operator === ':' && value.toLowerCase() === 'none') return { term: { ...at, kind: 'unknown', field } };
  if (operator === '~') {
    if (field.kind === 'number') return { fault: t('“{0}” is a number: write {0}<30 or {0}:4', field.name) };
    const pattern = readPattern(value);
    return typeof pattern === 'string' ? { fault: pattern } : { term: { ...at, kind: 'matches', field, pattern } };
  }
  if (operator === ':') {
    const parts = alternatives(value).filter((part) => part !== '');
    if (field.kind === 'text') return { term: { ...at, kind: 'contains', field, texts: parts.map((part) => part.toLowerCase()) } };
    const numbers = parts.map(numberOf);
    const wrong = numbers.indexOf(undefined);
    if (wrong >= 0) return { fault: t('“{0}” is no number', parts[wrong]) };
    return { term: { ...at, kind: 'oneOf', field, numbers: numbers as number[] } };
  }
  if (field.kind === 'text') {
    if (operator !== '=' && operator !== '!=')
      return { fault: t('“{0}” is no number: write {0}:text, {0}=text or {0}~/pattern/', field.name) };
    return { term: { ...at, not: at.not !== (operator === '!='), kind: 'equals', field, text: unquoted(value).toLowerCase() } };
  }
  const number = numberOf(value);
  if (number === undefined) return { fault: t('“{0}” is no number', value) };
  return { term: { ...at, kind: 'compares', field, by: operator as Comparison, number } };
}

const asked = /^([a-z]\w*|\d+bit)(<=|>=|!=|[:<>=~])(.*)$/is;

function read({ start, text }: Token, all: readonly Field[]): Read {
  if (text === '-') return null;
  const not = text.startsWith('-');
  const body = not ? text.slice(1) : text;
  const at: At = { start, end: start + text.length, not };
  const anywhere: Read = { term: { ...at, kind: 'anywhere', text: unquoted(body).toLowerCase() } };
  const match = asked.exec(body);
  if (!match) return unquoted(body) === '' ? null : anywhere;
  const [, name, operator, value] = match;
  const field = fieldCalled(all, name);
  if (field) return ask(field, operator, value, at);
  // names of layers have colons in them, but are not compared with numbers
  return operator === ':' || numberOf(value) === undefined
    ? anywhere
    : { fault: t('there is no “{0}”; there are {1}', name, all.map((known) => known.name).join(t(', '))) };
}

/** What `text` asks for. Terms that are not finished ask for nothing, those that are wrong are told of. */
export function parseQuery(text: string, all: readonly Field[]): Query {
  const terms: Term[] = [];
  const faults: Fault[] = [];
  for (const token of tokens(text)) {
    const found = read(token, all);
    if (!found) continue;
    if ('term' in found) terms.push(found.term);
    else faults.push({ start: token.start, end: token.start + token.text.length, message: found.fault });
  }
  return { terms, faults };
}
