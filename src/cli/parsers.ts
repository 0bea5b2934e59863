/** Values of flags; what is wrong with one is said with an example. */
import { InvalidArgumentError } from 'commander';
import { parseScheme, SchemeError, splitList } from '../core/formats/index.js';
import type { RunSettings, TogetherSchemes } from '../report/runSettings.js';

export function decibels(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError(`expected a number of dB, e.g. 25; found "${text}".`);
  return value;
}

export const positive =
  (what: string) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError(`expected a number of ${what}; found "${text}".`);
    return value;
  };

export function seed(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError(`expected a whole number, e.g. 1; found "${text}".`);
  return Number(text) % 2 ** 32;
}

/** A list with something in it: an empty one would measure nothing. */
export const list =
  (example: string) =>
  (text: string): string[] => {
    const parts = splitList(text);
    if (parts.length === 0) throw new InvalidArgumentError(`expected a list, e.g. ${example}; found "${text}".`);
    return parts;
  };

export function bytes(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?(B|KiB|MiB|GiB)$/i.exec(text.trim()) ?? [];
  const power = ['b', 'kib', 'mib', 'gib'].indexOf((unit ?? '').toLowerCase());
  if (power < 0) throw new InvalidArgumentError(`expected a size, e.g. 512MiB or 2GiB; found "${text}".`);
  return Math.floor(Number(number) * 1024 ** power);
}

type Target = RunSettings['targets'][number];

const allTargets: readonly Target[] = ['weight', 'activation', 'both'];

export function targets(text: string): Target[] {
  return list('weights,activations')(text).map((name) => {
    const target = allTargets.find((known) => known === name || `${known}s` === name);
    if (!target) throw new InvalidArgumentError(`expected weights, activations or both; found "${name}".`);
    return target;
  });
}

function scheme(text: string): string {
  try {
    return parseScheme(text).text;
  } catch (error) {
    if (error instanceof SchemeError) throw new InvalidArgumentError(`${error.message}.`);
    throw error;
  }
}

/** `int4/channel/mse` or `int8/channel/mse,uint8/tensor/minmax`: of weights, and of activations if any. */
export function together(text: string): TogetherSchemes {
  const [weight, activation, ...more] = list('int4/channel/mse,uint8/tensor/minmax')(text);
  if (more.length > 0)
    throw new InvalidArgumentError(`expected a scheme for weights and one for activations, e.g. int8/channel/mse,uint8; found "${text}".`);
  return { weight: scheme(weight), activation: activation === undefined ? null : scheme(activation) };
}

export const schemes = (text: string): string[] => list('uint8/tensor/minmax,uint4/tensor/minmax')(text).map(scheme);

/** `name=value`, again and again. */
export function dim(text: string, before: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  // The last equals sign counts, for names may hold one.
  const at = text.lastIndexOf('=');
  const value = Number(text.slice(at + 1));
  if (at < 1 || text.slice(at + 1).trim() === '' || !Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError(`expected a dim and its size, e.g. sequence=128; found "${text}".`);
  return { ...before, [text.slice(0, at)]: value };
}

/** `0.5`, `1/255`. */
export function real(text: string): number {
  const [numerator, denominator = '1', ...more] = text.split('/');
  const value = Number(numerator) / Number(denominator);
  if (more.length > 0 || numerator.trim() === '' || denominator.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError(`expected a number, e.g. 0.5 or 1/255; found "${text}".`);
  return value;
}

export const reals = (text: string): number[] => list('0.485,0.456,0.406')(text).map(real);

/** `224` or `192x320`: height and width. */
export function imageSize(text: string): readonly [height: number, width: number] {
  const [, height, width = height] = /^(\d+)(?:[x×](\d+))?$/.exec(text.trim()) ?? [];
  if (!(Number(height) >= 1 && Number(width) >= 1))
    throw new InvalidArgumentError(`expected height and width, e.g. 224 or 192x320; found "${text}".`);
  return [Number(height), Number(width)];
}
