/** Finds the string literal under the cursor. Pure, one line at a time: names of files do not span lines. */

export interface Literal {
  /** The text it stands for, escapes resolved. */
  readonly text: string;
  /** Columns of the line `[start, end)`, quotes included. */
  readonly start: number;
  readonly end: number;
}

/** How a language of the C or Python kind writes strings. */
interface Syntax {
  readonly comment: string;
  /** Longest first. */
  readonly quotes: readonly string[];
  /** Letters before the quote change what the string means. */
  readonly prefixes: boolean;
}

const python: Syntax = { comment: '#', quotes: ['"""', "'''", '"', "'"], prefixes: true };
const script: Syntax = { comment: '//', quotes: ['"', "'", '`'], prefixes: false };
const json: Syntax = { comment: '//', quotes: ['"'], prefixes: false };

/** All literals of a line from the left, those whose text is not known without running the program left out. */
type Scan = (line: string) => Iterable<Literal>;

const scans: Readonly<Record<string, Scan>> = {
  python: (line) => quotedStrings(line, python),
  javascript: (line) => quotedStrings(line, script),
  javascriptreact: (line) => quotedStrings(line, script),
  typescript: (line) => quotedStrings(line, script),
  typescriptreact: (line) => quotedStrings(line, script),
  json: (line) => quotedStrings(line, json),
  jsonc: (line) => quotedStrings(line, json),
  yaml: yamlScalars,
};

/** Languages whose literals are understood, by VS Code's names. */
export const languages: readonly string[] = Object.keys(scans);

/** A longer line is generated, and no place to hover a name. */
const MAX_LINE = 10_000;

/**
 * The string literal of `line` that covers `column` (0-based), in the language of that VS Code name.
 * Undefined where there is none, in comments, and for literals whose text is not known without running the program.
 */
export function literalAt(line: string, column: number, language: string): Literal | undefined {
  if (!Object.hasOwn(scans, language) || line.length > MAX_LINE) return undefined;
  for (const literal of scans[language](line)) {
    if (column < literal.start) return undefined;
    if (column < literal.end) return literal;
  }
  return undefined;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07', '0': '\0' };

/** Resolves backslash escapes; an unknown one stands for itself, as in Python. */
const unescape = (body: string): string =>
  body.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|(.))/giu,
    (whole, x?: string, u?: string, braced?: string, one = '') => {
      const code = x ?? u ?? braced;
      const point = code === undefined ? NaN : parseInt(code, 16);
      if (point <= 0x10ffff) return String.fromCodePoint(point);
      return '\\"\'`/'.includes(one as string) && one !== '' ? (one as string) : (escapes[one as string] ?? whole);
    },
  );

/** Column of the `quote` that ends a body starting at `from`, or -1. A backslash keeps the next character from ending it. */
function closing(line: string, from: number, quote: string): number {
  for (let i = from; i < line.length; i++) {
    if (line[i] === '\\') i++;
    else if (line.startsWith(quote, i)) return i;
  }
  return -1;
}

function* quotedStrings(line: string, { comment, quotes, prefixes }: Syntax): Iterable<Literal> {
  for (let i = 0; i < line.length; i++) {
    if (line.startsWith(comment, i)) return;
    const quote = quotes.find((candidate) => line.startsWith(candidate, i));
    if (!quote) continue;
    const close = closing(line, i + quote.length, quote);
    if (close < 0) return;
    const prefix = prefixes ? (/(?<![\w.])[a-z]{1,2}$/i.exec(line.slice(0, i))?.[0].toLowerCase() ?? '') : '';
    const body = line.slice(i + quote.length, close);
    const end = close + quote.length;
    const computed = (prefix.includes('f') && body.includes('{')) || (quote === '`' && body.includes('${'));
    if (!computed && !prefix.includes('b')) yield { text: prefix.includes('r') ? body : unescape(body), start: i, end };
    i = end - 1;
  }
}

const isBlank = (character: string | undefined): boolean => character === undefined || character === ' ' || character === '\t';

/** Column of the quote that ends a single-quoted YAML scalar; a doubled one stands for itself. */
function closingSingle(line: string, from: number): number {
  for (let i = from; i < line.length; i++) {
    if (line[i] !== "'") continue;
    if (line[i + 1] !== "'") return i;
    i++;
  }
  return -1;
}

/** Column behind a plain YAML scalar that starts at `from`. In flow collections (`[a, b]`) their brackets and commas end it too. */
function plainEnd(line: string, from: number, flow: boolean): number {
  let i = from;
  while (i < line.length) {
    if (line[i] === ':' && isBlank(line[i + 1])) break;
    if (line[i] === '#' && isBlank(line[i - 1])) break;
    if (flow && ',[]{}'.includes(line[i])) break;
    i++;
  }
  return i;
}

function* yamlScalars(line: string): Iterable<Literal> {
  let depth = 0;
  let i = 0;
  while (i < line.length) {
    const character = line[i];
    if (character === '#' || character === '|' || character === '>') return;
    if ('[{'.includes(character)) depth++;
    if (']}'.includes(character)) depth = Math.max(0, depth - 1);
    const indicator = isBlank(character) || '[]{},:'.includes(character) || ('-?'.includes(character) && isBlank(line[i + 1]));
    if (indicator) {
      i++;
    } else if ('&*!'.includes(character)) {
      while (!isBlank(line[i])) i++;
    } else if (character === '"' || character === "'") {
      const close = character === '"' ? closing(line, i + 1, '"') : closingSingle(line, i + 1);
      if (close < 0) return;
      const body = line.slice(i + 1, close);
      yield { text: character === '"' ? unescape(body) : body.replaceAll("''", "'"), start: i, end: close + 1 };
      i = close + 1;
    } else {
      const end = plainEnd(line, i, depth > 0);
      const text = line.slice(i, end).trimEnd();
      yield { text, start: i, end: i + text.length };
      i = end;
    }
  }
}
