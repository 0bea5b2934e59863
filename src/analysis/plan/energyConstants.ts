import type { EnergyConstants } from '../../core/costs/energy.js';
import { violations, type JsonSchema } from '../../report/jsonSchema.js';
import { PlanError } from './budget.js';

/** Constants that differ from those of a machine; a table replaces the whole table. */
export type EnergyChanges = Partial<EnergyConstants>;

const positive: JsonSchema = { type: 'number', exclusiveMinimum: 0 };
const floats: JsonSchema = {
  type: 'object',
  required: ['16', '32'],
  additionalProperties: false,
  properties: { '16': positive, '32': positive },
};

export const energySchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    source: { type: 'string' },
    floatMultiply: floats,
    floatAdd: floats,
    integerMultiply: { type: 'object' },
    integerAdd: { type: 'object' },
    multiplyFit: {
      type: 'object',
      required: ['quadratic', 'linear'],
      additionalProperties: false,
      properties: { quadratic: { type: 'number' }, linear: { type: 'number' } },
    },
    addPerBit: positive,
    sram: positive,
    dram: positive,
  },
};

/** What is wrong with a table of figures by width in bits, one line each. */
export function checkFigures(value: object, path: string): string[] {
  return Object.entries(value).flatMap(([bits, figure]) => {
    if (!/^[1-9]\d*$/.test(bits)) return [`${path} has ${JSON.stringify(bits)}, which is no number of bits`];
    return typeof figure === 'number' && figure > 0 && Number.isFinite(figure) ? [] : [`${path}.${bits} is not a number above 0`];
  });
}

/** What is wrong with the tables of changes that keep to `energySchema`. */
export const checkEnergyTables = ({ integerMultiply = {}, integerAdd = {} }: EnergyChanges, path: string): string[] => [
  ...checkFigures(integerMultiply, `${path}integerMultiply`),
  ...checkFigures(integerAdd, `${path}integerAdd`),
];

/**
 * The constants with some changed; where they do not say whose the changed ones are, the source says which they are. Throws PlanError, in one line, for what
 * is no such thing.
 *
 * @param where names the file or the setting in the message
 */
export function withEnergy(base: EnergyConstants, changes: unknown, where: string): EnergyConstants {
  const wrong = violations(changes, energySchema);
  if (wrong.length === 0) wrong.push(...checkEnergyTables(changes as EnergyChanges, ''));
  if (wrong.length > 0) throw new PlanError(`${where}: damaged energy constants: ${wrong[0].replace(/^the file\b/u, 'the whole')}`);
  const changed = changes as EnergyChanges;
  const names = Object.keys(changed);
  if (names.length === 0) return base;
  return { ...base, source: `${base.source}; ${names.join(', ')} changed`, ...changed };
}

/** Reads a file of such constants, e.g. `{ "source": "…", "dram": 1300 }`. Throws as `withEnergy` does. */
export function parseEnergy(text: string, file: string, base: EnergyConstants): EnergyConstants {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PlanError(`${file}: no energy constants: ${(error as Error).message.split('\n')[0]}`);
  }
  return withEnergy(base, value, file);
}
