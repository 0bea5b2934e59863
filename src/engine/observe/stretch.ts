import type { Scheme } from '../../core/formats/index.js';
import { around, contractionAxis } from '../activations/axis.js';
import { calibrate } from '../activations/calibrate.js';
import { channelSurvey, type ChannelSurvey } from '../activations/channelSurvey.js';
import { activationErrors, type Calibrated } from '../activations/errors.js';
import type { RunTensors } from '../backend/types.js';
import { toSparse } from '../../core/statistics/sparse.js';
import { realNumbers } from '../metrics/numbers.js';
import type { LayerFacts, ValueFacts } from '../process/protocol.js';
import { given } from '../replay/prepare.js';
import { storedTensors } from '../replay/stored.js';
import type { Running } from '../running.js';
import { biasFacts } from './bias.js';
import { watchChannels } from './channels.js';
import { valueClips } from './clips.js';
import { originOf, rangeOf, type Origin, type ValueRange } from './kinds.js';
import { localErrors } from './local.js';
import { glance, through, valueSurvey, type Glance, type ValueSurvey } from './survey.js';

/** Runs one part again and looks at what its layers take in and give. */
export async function observePart(
  at: Running,
  part: number,
  weightSchemes: readonly Scheme[],
  activationSchemes: readonly Scheme[],
): Promise<LayerFacts[]> {
  const { prepared, replay, places, model } = at;
  const { graph } = prepared.cut;
  const inside = new Set(replay.parts[part].nodes);
  const computed = new Set(replay.parts[part].nodes.flatMap((node) => graph.nodes[node].outputs));
  const layers = places.flatMap(({ node }, layer) => (node !== null && inside.has(node) ? [layer] : []));
  const wanted = new Set<string>();
  const dynamicValue = (name: string): boolean =>
    (prepared.seen.has(name) && !prepared.cut.folded.has(name)) || graph.inputs.some((input) => input.name === name);
  for (const layer of layers) {
    const { node, output } = places[layer];
    for (const name of graph.nodes[node!].uses) if (dynamicValue(name)) wanted.add(name);
    if (output !== null) wanted.add(output);
  }
  const surveys = new Map<string, ValueSurvey>();
  for (const layer of layers)
    for (const name of [places[layer].activation?.value, places[layer].output]) if (name) surveys.set(name, valueSurvey());
  const byChannel = activationSchemes.some(({ granularity }) => granularity.kind === 'channel');
  const stored = storedTensors(at.file, prepared.cut);
  // What is told by another value needs not come out of the part, which saves as much again as running it.
  const possible = new Map<string, Origin>();
  for (const name of surveys.keys()) {
    const origin = byChannel || !computed.has(name) ? null : originOf(prepared, stored, name);
    const float = origin !== null && prepared.seen.get(origin.value)?.dataType === 'float32';
    if (float && wanted.has(origin.value) && surveys.has(origin.value)) possible.set(name, origin);
  }
  const origins = new Map([...possible].filter(([, { value }]) => !possible.has(value)));
  for (const name of origins.keys()) wanted.delete(name);
  const channels = new Map<string, ChannelSurvey>();
  const channelled: { readonly name: string; readonly op: string; readonly survey: ChannelSurvey }[] = [];
  for (const layer of layers) {
    const { node, activation } = places[layer];
    const op = graph.nodes[node!].proto.opType;
    if (!byChannel || !activation || channels.has(channelKey(activation.value, op))) continue;
    const survey = channelSurvey();
    channels.set(channelKey(activation.value, op), survey);
    channelled.push({ name: activation.value, op, survey });
  }
  const watches = new Map(layers.map((layer) => [layer, watchChannels(graph.nodes[places[layer].node!].proto.opType)]));
  // Local errors are of the first run: what they are needed for is their relation to each other.
  let first: RunTensors = new Map();
  await replay.watch(part, [...wanted], async (run, values) => {
    if (run === 0) first = values;
    const seen = new Map<string, Glance>();
    for (const name of surveys.keys()) {
      const numbers = origins.has(name) ? null : realNumbers(given(values, name));
      if (numbers) seen.set(name, await glance(numbers instanceof Float32Array ? numbers : Float32Array.from(numbers)));
    }
    for (const [name, survey] of surveys) {
      const glanced = seen.get(name) ?? seenThrough(origins.get(name), seen);
      if (glanced) await survey.add(glanced);
    }
    for (const { name, op, survey } of channelled) {
      const { data, shape } = given(values, name);
      survey.add(data as Float32Array, around(shape, contractionAxis(op, shape.length)));
    }
    for (const [layer, watch] of watches) {
      const taken = places[layer].activation;
      const origin = taken && origins.get(taken.value);
      const tensor = taken && given(values, origin?.value ?? taken.value);
      const numbers = tensor && realNumbers(tensor);
      if (numbers) watch.add(numbers, tensor.shape, origin?.map);
    }
  });

  const looked = weightSchemes.length + activationSchemes.length > 0 ? withOrigins(first, origins) : first;
  const known = new Map([...surveys].map(([name, survey]) => [name, valueFacts(name, survey, rangeOf(prepared, stored, name))]));
  const facts: LayerFacts[] = [];
  for (const layer of layers) {
    const place = places[layer];
    const survey = place.activation ? surveys.get(place.activation.value) : undefined;
    const { opType } = graph.nodes[place.node!].proto;
    const schemes = survey ? await calibrated(activationSchemes, survey, channels.get(channelKey(place.activation!.value, opType))) : [];
    facts.push({
      layer,
      bias: survey ? await biasFacts(model.layers[layer], graph.nodes[place.node!].proto, stored, survey.statistics()) : null,
      input: (place.activation && known.get(place.activation.value)) ?? null,
      output: (place.output !== null && known.get(place.output)) || null,
      activationErrors:
        place.activation && survey && schemes.length > 0
          ? await activationErrors(given(looked, place.activation.value), schemes, opType)
          : [],
      local: await localErrors(at, model.layers[layer], place, looked, weightSchemes, schemes),
      inputChannels: watches.get(layer)?.found() ?? null,
    });
  }
  return facts;
}

const seenThrough = (origin: Origin | undefined, seen: ReadonlyMap<string, Glance>): Glance | undefined => {
  const of = origin && seen.get(origin.value);
  return of && through(origin.map, of);
};

/** Values, and those that are made of them. */
function withOrigins(values: RunTensors, origins: ReadonlyMap<string, Origin>): RunTensors {
  const made = [...origins].map(([name, { value, map }]) => {
    const tensor = given(values, value);
    const data = tensor.data as Float32Array;
    const out = new Float32Array(data.length);
    for (let i = 0; i < out.length; i++) out[i] = map(data[i]);
    return [name, { ...tensor, data: out }] as const;
  });
  return new Map([...values, ...made]);
}

const channelKey = (value: string, op: string): string => `${op.includes('Conv') ? 'conv' : 'last'} ${value}`;

async function calibrated(
  schemes: readonly Scheme[],
  value: ValueSurvey,
  channels: ChannelSurvey | undefined,
): Promise<readonly Calibrated[]> {
  const found: Calibrated[] = [];
  for (const scheme of schemes) {
    const range = await calibrate(scheme, value, channels);
    if (range) found.push({ scheme, range });
  }
  return found;
}

function valueFacts(value: string, survey: ValueSurvey, range: ValueRange): ValueFacts {
  const { kind, lo, hi } = range;
  return {
    value,
    statistics: survey.statistics(),
    total: survey.total,
    kind,
    bounds: { lo, hi },
    histogram: toSparse({ counts: survey.histogram() }),
    clips: valueClips(survey.run(), survey.energy(), range),
  };
}
