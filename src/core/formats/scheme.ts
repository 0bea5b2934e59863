import { nearest, SchemeError } from './errors.js';
import { families, familyOf } from './registry.js';
import type { Clipping, Format, Granularity, Rounding, Scheme } from './types.js';

const roundings: readonly Rounding[] = ['nearest-even', 'nearest-away', 'stochastic', 'floor', 'toward-zero'];
const clippingNames = ['minmax', 'percentile', 'percentile:99.9', 'mse', 'kl', 'aciq', 'octav', 'fixed:-1..1'] as const;
const granularityNames = ['tensor', 'channel', 'block:16', 'block:32', 'block:64', 'block:128'] as const;

const defaultPercentile = 99.999;
const largestBlock = 2 ** 24;

/** The format spelled `text`. Throws SchemeError with the nearest valid spelling. */
export function parseFormat(text: string): Format {
  const lower = text.trim().toLowerCase();
  for (const family of families) {
    const format = family.parse(lower, parseFormat);
    if (format) return format;
  }
  throw new SchemeError('format', text, lower === '' ? 'is empty' : 'is not known', lower === '' ? 'int8' : nearestFormat(lower));
}

/** The nearest spelling, with the user's own numbers where only the name in front of them is wrong. */
function nearestFormat(text: string): string | null {
  const spellings = families.flatMap((family) => family.spellings);
  const open = text.search(/[<:]/);
  if (open > 0) {
    const heads = [...new Set(spellings.map((s) => s.split(/[<:]/)[0] + text.slice(open)))];
    const valid = heads.filter((candidate) => families.some((family) => accepts(() => family.parse(candidate, parseFormat))));
    if (valid.length > 0) return nearest(text, [...valid, ...spellings]);
  }
  return nearest(text, spellings);
}

function accepts(parse: () => unknown): boolean {
  try {
    return parse() !== null;
  } catch (error) {
    if (error instanceof SchemeError) return false;
    throw error;
  }
}

export function parseGranularity(text: string): Granularity {
  const lower = text.trim().toLowerCase();
  if (lower === 'tensor' || lower === 'channel') return { kind: lower };
  const match = /^block:(\d+)$/.exec(lower);
  if (!match) throw new SchemeError('granularity', text, 'is not known', nearest(lower, granularityNames));
  const size = Number(match[1]);
  if (size < 1 || size > largestBlock) throw new SchemeError('granularity', text, `has a size outside 1…${largestBlock}`, 'block:32');
  return { kind: 'block', size };
}

export function parseClipping(text: string): Clipping {
  const lower = text.trim().toLowerCase();
  switch (lower) {
    case 'minmax':
    case 'mse':
    case 'kl':
    case 'aciq':
    case 'octav':
      return { method: lower };
    case 'percentile':
      return { method: 'percentile', percentile: defaultPercentile };
  }
  const [name, argument = ''] = lower.split(/:(.*)/s);
  if (name === 'percentile') {
    const percentile = number(argument);
    if (!(percentile > 50 && percentile <= 100)) {
      throw new SchemeError('clipping', text, 'is not a percentile above 50 and up to 100', 'percentile:99.9');
    }
    return { method: 'percentile', percentile };
  }
  if (name === 'fixed') {
    const [lo, hi] = argument.split('..').map(number);
    if (argument.split('..').length !== 2 || !(lo <= 0 && hi >= 0 && lo < hi)) {
      throw new SchemeError('clipping', text, 'is not a range lo..hi that holds 0', 'fixed:-1..1');
    }
    return { method: 'fixed', lo, hi };
  }
  throw new SchemeError('clipping', text, 'is not known', nearest(lower, clippingNames));
}

/** A plain finite decimal number, or NaN. */
function number(text: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value + 0 : NaN;
}

const isRounding = (text: string): text is Rounding => (roundings as readonly string[]).includes(text);
const looksLikeGranularity = (text: string): boolean => /^(tensor|channel|block:.*)$/.test(text);
const looksLikeClipping = (text: string): boolean => /^(minmax|mse|kl|aciq|octav|percentile(:.*)?|fixed:.*)$/.test(text);

function spellGranularity(granularity: Granularity): string {
  return granularity.kind === 'block' ? `block:${granularity.size}` : granularity.kind;
}

function spellClipping(clipping: Clipping): string {
  if (clipping.method === 'percentile') {
    return clipping.percentile === defaultPercentile ? 'percentile' : `percentile:${clipping.percentile}`;
  }
  return clipping.method === 'fixed' ? `fixed:${clipping.lo}..${clipping.hi}` : clipping.method;
}

/** Canonical spelling of a format. */
export function spellFormat(format: Format): string {
  return familyOf(format).spell(format);
}

/** A scheme from its parts: what the format leaves no choice about, or is not given, takes the format's own value. */
export function makeScheme(format: Format, parts: { granularity?: Granularity; clipping?: Clipping; rounding?: Rounding } = {}): Scheme {
  const traits = familyOf(format).traits(format);
  const { choices } = traits;
  const granularity = (choices.granularity ? parts.granularity : undefined) ?? traits.granularity;
  const clipping: Clipping = (choices.clipping ? parts.clipping : undefined) ?? { method: 'minmax' };
  const rounding = (choices.rounding ? parts.rounding : undefined) ?? traits.rounding;
  const text = [
    spellFormat(format),
    ...(choices.granularity ? [spellGranularity(granularity)] : []),
    ...(choices.clipping ? [spellClipping(clipping)] : []),
    ...(rounding === traits.rounding ? [] : [rounding]),
  ].join('/');
  return { text, format, granularity, clipping, rounding };
}

/**
 * The scheme spelled `text`: `format[/granularity][/clipping][/rounding]`. Parts left out take the format's defaults; the result's `text` is
 * the canonical spelling and parses to the same scheme. Throws SchemeError naming the part that is wrong and the nearest valid spelling.
 */
export function parseScheme(text: string): Scheme {
  const [first, ...rest] = text.trim().split('/');
  const format = parseFormat(first);
  const { choices } = familyOf(format).traits(format);
  const parts: { granularity?: Granularity; clipping?: Clipping; rounding?: Rounding } = {};
  for (const raw of rest) {
    const part = raw.trim().toLowerCase();
    if (parts.rounding !== undefined)
      throw new SchemeError('scheme', text, `goes on after its rounding with "${part}"`, makeScheme(format, parts).text);
    if (looksLikeGranularity(part) && parts.granularity === undefined && parts.clipping === undefined) {
      if (!choices.granularity)
        throw new SchemeError('granularity', raw, `does not apply to ${first}, which has its own`, makeScheme(format).text);
      parts.granularity = parseGranularity(part);
    } else if (looksLikeClipping(part) && parts.clipping === undefined) {
      if (!choices.clipping) throw new SchemeError('clipping', raw, `does not apply to ${first}`, makeScheme(format, parts).text);
      parts.clipping = parseClipping(part);
    } else if (isRounding(part)) {
      if (!choices.rounding) throw new SchemeError('rounding', raw, `does not apply to ${first}`, makeScheme(format, parts).text);
      parts.rounding = part;
    } else {
      throw unknownPart(raw, part, parts, choices);
    }
  }
  return makeScheme(format, parts);
}

/** A part that fits nowhere is taken for the kind of part its nearest spelling belongs to. */
function unknownPart(
  raw: string,
  part: string,
  parts: { granularity?: Granularity; clipping?: Clipping },
  choices: { granularity: boolean; clipping: boolean; rounding: boolean },
): SchemeError {
  const open = {
    granularity: choices.granularity && parts.granularity === undefined && parts.clipping === undefined ? granularityNames : [],
    clipping: choices.clipping && parts.clipping === undefined ? clippingNames : [],
    rounding: choices.rounding ? roundings : [],
  };
  const suggestion = nearest(part, [...open.granularity, ...open.clipping, ...open.rounding]);
  const kinds = ['granularity', 'clipping', 'rounding'] as const;
  const kind = kinds.find((k) => suggestion !== null && (open[k] as readonly string[]).includes(suggestion)) ?? 'scheme';
  return new SchemeError(kind, raw, kind === 'scheme' ? 'is one part too many' : 'is not known', suggestion);
}

/** Splits a list at its commas, except those inside `<…>`. Empty entries are dropped. */
export function splitList(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const char of text) {
    if (char === ',' && depth === 0) {
      parts.push('');
      continue;
    }
    if (char === '<') depth++;
    if (char === '>') depth = Math.max(0, depth - 1);
    parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** The product of formats, granularities and clippings where it means something: formats that leave no choice appear once. An entry of
 * `formats` may be a whole scheme and then stands for itself. Entries may be lists (`int8,int4`). Order: formats, granularities, clippings. */
export function expandSchemes(lists: {
  formats: readonly string[];
  granularities: readonly string[];
  clippings: readonly string[];
}): Scheme[] {
  const granularities = lists.granularities.flatMap(splitList).map(parseGranularity);
  const clippings = lists.clippings.flatMap(splitList).map(parseClipping);
  const found = new Map<string, Scheme>();
  for (const text of lists.formats.flatMap(splitList)) {
    if (text.includes('/')) {
      const scheme = parseScheme(text);
      found.set(scheme.text, scheme);
      continue;
    }
    const format = parseFormat(text);
    for (const granularity of granularities.length > 0 ? granularities : [undefined]) {
      for (const clipping of clippings.length > 0 ? clippings : [undefined]) {
        const scheme = makeScheme(format, { ...(granularity && { granularity }), ...(clipping && { clipping }) });
        if (!found.has(scheme.text)) found.set(scheme.text, scheme);
      }
    }
  }
  return [...found.values()];
}
