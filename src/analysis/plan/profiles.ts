import { horowitz } from '../../core/costs/energy.js';
import type { Hardware } from '../../core/costs/hardware.js';
import { violations, type JsonSchema } from '../../report/jsonSchema.js';
import gpu from '../../../media/profiles/gpu.json';
import mcu from '../../../media/profiles/mcu.json';
import phoneDsp from '../../../media/profiles/phone-dsp.json';
import serverCpu from '../../../media/profiles/server-cpu.json';
import { PlanError } from './budget.js';
import { checkEnergyTables, checkFigures, energySchema, type EnergyChanges } from './energyConstants.js';

/** A profile as its file has it: energy constants that it leaves out are those of Horowitz. */
interface Profile extends Omit<Hardware, 'energy'> {
  readonly energy?: EnergyChanges;
}

const figures: JsonSchema = { type: 'object' };

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
    bandwidth: { type: 'number', exclusiveMinimum: 0 },
    energy: energySchema,
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

export const isProfileName = (text: string): text is ProfileName => (profileNames as readonly string[]).includes(text);

export const defaultProfile: ProfileName = 'server-cpu';

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
    wrong.push(...checkEnergyTables(profile.energy ?? {}, 'energy.'));
  }
  if (wrong.length > 0) throw new PlanError(`${file}: damaged profile: ${wrong[0]}`);
  return complete(profile);
}
