/** Which layers a query asks for. */
import type { LayerReport } from '../../../../src/report/types.js';
import type { Comparison, Query, Term } from './parse.js';

/** Characters of a name that a pattern sees: names may be of any length, and patterns slow. */
const MATCHED = 1000;

function compares(value: number, by: Comparison, number: number): boolean {
  switch (by) {
    case '<':
      return value < number;
    case '<=':
      return value <= number;
    case '>':
      return value > number;
    case '>=':
      return value >= number;
    case '=':
      return value === number;
    case '!=':
      return value !== number;
  }
}

function holds(term: Term, layer: LayerReport, index: number): boolean {
  switch (term.kind) {
    case 'anywhere':
      return [layer.name, layer.op, layer.weight].some((text) => text.toLowerCase().includes(term.text));
    case 'contains':
      return term.field.of(layer).some((text) => {
        const value = text.toLowerCase();
        return term.texts.some((wanted) => value.includes(wanted));
      });
    case 'equals':
      return term.field.of(layer).some((text) => text.toLowerCase() === term.text);
    case 'oneOf': {
      const value = term.field.of(layer, index);
      return value !== null && term.numbers.includes(value);
    }
    case 'compares': {
      const value = term.field.of(layer, index);
      return value !== null && compares(value, term.by, term.number);
    }
    case 'matches':
      return term.field.of(layer).some((text) => term.pattern.test(text.slice(0, MATCHED)));
    case 'unknown':
      return term.field.kind === 'number' ? term.field.of(layer, index) === null : term.field.of(layer).length === 0;
  }
}

/** Whether every term of `query` holds for `layer`, the `index`th of the model. */
export const matches = ({ terms }: Query, layer: LayerReport, index: number): boolean =>
  terms.every((term) => holds(term, layer, index) !== term.not);
