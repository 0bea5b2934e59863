import { quote } from '../../model/quote.js';
import type { ValueInfo } from '../../model/types.js';

/** A shape as people read it, dynamic dims by name: `[batch, 3, ?, ?]`. */
export function declaredShape(shape: readonly (number | string | null)[] | null): string {
  if (!shape) return 'of any shape';
  return `[${shape.map((dim) => (typeof dim === 'string' ? quote(dim).slice(1, -1) : String(dim ?? '?'))).join(', ')}]`;
}

/** An input and what it wants: `input "image" wants float32 [batch, 1, 28, 28]`. */
export function wants(input: ValueInfo): string {
  return `input ${quote(input.name)} wants ${input.dataType ?? 'a tensor'} ${declaredShape(input.shape)}`;
}

/** `"a", "b" and 3 more`. */
export function listNames(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).map(quote).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** `1 sample`, `2 samples`. */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
