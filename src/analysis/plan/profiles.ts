import { horowitz, type EnergyConstants } from '../../core/costs/energy.js';
import type { Hardware } from '../../core/costs/hardware.js';
import { violations, type JsonSchema } from '../../report/jsonSchema.js';
import gpu from '../../../media/profiles/gpu.json';
import mcu from '../../../media/profiles/mcu.json';
import phoneDsp from '../../../media/profiles/phone-dsp.json';
import serverCpu from '../../../media/profiles/server-cpu.json';
import { PlanError } from './budget.js';

/** A profile as its file has it: energy constants that it leaves out are those of Horowitz. */
interface Profile extends Omit<Hardware, 'energy'> {
  readonly energy?: Partial<EnergyConstants>;
}

const figures: JsonSchema = { type: 'object' };
const positive: JsonSchema = { type: 'number', exclusiveMinimum: 0 };

const schema: JsonSchema = {
  type: 'object',
  required: ['name', 'source', 'peak', 'bandwidth'],
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    source: { type: 'string' },
    peak: {
      type: 'object',
      required: ['integer', 'float'],
      additionalProperties: false,
      properties: { integer: figures, float: figures },
    },
    bandwidth: positive,
    energy: {
      type: 'object',
      additionalProperties: false,
      properties: {
        source: { type: 'string' },
        floatMultiply: { type: 'object', required: ['16', '32'], properties: { '16': positive, '32': positive } },
        floatAdd: { type: 'object', required: ['16', '32'], properties: { '16': positive, '32': positive } },
        integerMultiply: figures,
        integerAdd: figures,
        multiplyFit: {
          type: 'object',
          required: ['quadratic', 'linear'],
          properties: { quadratic: { type: 'number' }, linear: { type: 'number' } },
        },
        addPerBit: positive,
        sram: positive,
        dram: positive,
      },
    },
  },
};

const complete = ({ energy, ...profile }: Profile): Hardware => ({ ...profile, energy: { ...horowitz, ...energy } });

/** Machines of four classes, by the names they are asked for. */
export const profiles = {
  'phone-dsp': complete(phoneDsp),
  mcu: complete(mcu),
  'server-cpu': complete(serverCpu),
  gpu: complete(gpu),
} as const satisfies Record<string, Hardware>;

export type ProfileName = keyof typeof profiles;

export const profileNames = Object.keys(profiles) as ProfileName[];

export const defaultProfile: ProfileName = 'server-cpu';

/** Widths in bits, and how many operations a second, or pJ. */
function checkFigures(value: object, path: string): string[] {
  return Object.entries(value).flatMap(([bits, figure]) => {
    if (!/^[1-9]\d*$/.test(bits)) return [`${path} has ${JSON.stringify(bits)}, which is no number of bits`];
    return typeof figure === 'number' && figure > 0 && Number.isFinite(figure) ? [] : [`${path}.${bits} is not a number above 0`];
  });
}

/**
 * Reads a profile: `media/profiles` has examples. Throws PlanError, in one line, for what is none.
 *
 * @param file name for the message
 */
export function parseProfile(text: string, file: string): Hardware {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PlanError(`${file}: not a profile: ${(error as Error).message.split('\n')[0]}`);
  }
  const wrong = violations(value, schema);
  const profile = value as Profile;
  if (wrong.length === 0) {
    wrong.push(...checkFigures(profile.peak.integer, 'peak.integer'), ...checkFigures(profile.peak.float, 'peak.float'));
    for (const part of ['integerMultiply', 'integerAdd'] as const)
      wrong.push(...checkFigures(profile.energy?.[part] ?? {}, `energy.${part}`));
  }
  if (wrong.length > 0) throw new PlanError(`${file}: damaged profile: ${wrong[0]}`);
  return complete(profile);
}
