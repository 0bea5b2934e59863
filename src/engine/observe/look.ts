import { around, contractionAxis } from '../activations/axis.js';
import { channelSurvey, type ChannelSurvey } from '../activations/channelSurvey.js';
import type { RunTensor, RunTensors } from '../backend/types.js';
import { realNumbers } from '../metrics/numbers.js';
import { given } from '../replay/prepare.js';
import type { Section } from '../replay/types.js';
import type { Running } from '../running.js';
import { NONE, sliceAlong } from '../sampleAxes.js';
import { watchChannels, type ChannelWatch } from './channels.js';
import type { Look } from './looks.js';
import { valueSurvey, type OpenSurvey, type ValueSurvey } from './survey.js';
import type { Targets } from './targets.js';

/** What was seen of the values of a stretch. */
export interface Seen {
  readonly surveys: ReadonlyMap<string, ValueSurvey>;
  /** Of the values that others are told by. */
  readonly roots: ReadonlyMap<string, OpenSurvey>;
  /** By layer. */
  readonly watches: ReadonlyMap<number, ChannelWatch>;
  /** By `channelKey`. */
  readonly channels: ReadonlyMap<string, ChannelSurvey>;
  /** All values of the first run, those that are told by others left out; empty when they are not asked for. */
  readonly first: RunTensors;
  /** Of the samples, how many were looked at. */
  readonly share: number;
}

/** Samples cannot be told apart. */
export class SamplesUnknownError extends Error {
  override readonly name = 'SamplesUnknownError';
}

export const channelKey = (value: string, op: string): string => `${op.includes('Conv') ? 'conv' : 'last'} ${value}`;

/**
 * Runs a stretch on some samples and looks at the values inside.
 * @param byChannel whether ranges of channels are wanted
 * @param whole whether all of the first run is wanted
 * @throws SamplesUnknownError, RunError
 */
export async function lookInside(
  at: Running,
  parts: readonly number[],
  targets: Targets,
  looks: readonly Look[],
  { byChannel, whole }: { readonly byChannel: boolean; readonly whole: boolean },
): Promise<Seen> {
  const { samples, places, prepared, replay } = at;
  const { layers, origins, roots, taken } = targets;
  const open = new Map(roots.map((name) => [name, valueSurvey(looks.length)]));
  const surveys = new Map<string, ValueSurvey>(open);
  for (const [name, origin] of origins) surveys.set(name, open.get(origin.value)!.through(origin));
  const opOf = (layer: number): string => prepared.cut.graph.nodes[places[layer].node!].proto.opType;
  const watches = new Map(layers.map((layer) => [layer, watchChannels(opOf(layer))]));
  const channels = new Map<string, ChannelSurvey>();
  const channelled: { readonly name: string; readonly op: string; readonly survey: ChannelSurvey }[] = [];
  for (const layer of byChannel ? layers : []) {
    const { activation } = places[layer];
    const key = activation && channelKey(activation.value, opOf(layer));
    if (key === null || channels.has(key)) continue;
    const survey = channelSurvey();
    channels.set(key, survey);
    channelled.push({ name: activation!.value, op: opOf(layer), survey });
  }

  const look = async (values: RunTensors): Promise<void> => {
    for (const [name, survey] of open) {
      const numbers = realNumbers(given(values, name));
      if (numbers) await survey.add(numbers instanceof Float32Array ? numbers : Float32Array.from(numbers));
    }
    for (const { name, op, survey } of channelled) {
      const { data, shape } = given(values, name);
      survey.add(data as Float32Array, around(shape, contractionAxis(op, shape.length)));
    }
    for (const [layer, watch] of watches) {
      const value = places[layer].activation?.value;
      if (value === undefined) continue;
      const origin = origins.get(value);
      const tensor = given(values, origin?.value ?? value);
      const numbers = realNumbers(tensor);
      if (numbers) watch.add(numbers, tensor.shape, origin);
    }
  };

  const sliced = looks.some(({ run, from, to }) => to - from < samples[run]);
  const some =
    ({ run, from, to }: Look) =>
    (name: string, tensor: RunTensor): RunTensor =>
      to - from === samples[run] ? tensor : someOf(at, name, tensor, samples[run], from, to);
  const load = (outputs: readonly string[], someSamples: boolean): Promise<Section> => replay.section(parts, { outputs, someSamples });
  let first: RunTensors = new Map();
  if (whole) {
    const section = await load([...new Set([...taken, ...roots])], false);
    try {
      first = await section.run(0);
    } finally {
      await section.release();
    }
    await look(new Map(roots.map((name) => [name, some(looks[0])(name, given(first, name))])));
  }
  const share = sum(looks.map(({ from, to }) => to - from)) / sum(samples);
  const seen: Seen = { surveys, roots: open, watches, channels, first, share };
  const rest = looks.slice(whole ? 1 : 0);
  if (rest.length === 0) return seen;
  const section = await load(roots, sliced);
  try {
    for (const part of rest) {
      const values = await section.run(part.run, some(part), true);
      const count = part.to - part.from;
      if (count < samples[part.run])
        for (const [name, { shape }] of values)
          if (at.axisOf(name, shape, count) === null) throw new SamplesUnknownError(`the samples of ${name} are not told apart`);
      await look(values);
    }
  } finally {
    await section.release();
  }
  return seen;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function someOf({ axisOf }: Running, name: string, tensor: RunTensor, samples: number, from: number, to: number): RunTensor {
  const axis = axisOf(name, tensor.shape, samples);
  if (axis === null) throw new SamplesUnknownError(`the samples of ${name} are not told apart`);
  if (axis === NONE) return tensor;
  const each = tensor.shape[axis] / samples;
  return sliceAlong(tensor, axis, from * each, to * each);
}
