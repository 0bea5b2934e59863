import { valueByValue, VALUES } from '../../core/clipping/curve.js';
import { evenly } from '../../core/statistics/evenly.js';
import type { Scheme } from '../../core/formats/index.js';
import { calibrate } from '../activations/calibrate.js';
import type { ChannelSurvey } from '../activations/channelSurvey.js';
import { activationErrors, type Calibrated } from '../activations/errors.js';
import { RunError, type RunTensors } from '../backend/types.js';
import type { LayerFacts, ValueFacts } from '../process/protocol.js';
import { given } from '../replay/prepare.js';
import { storedTensors } from '../replay/stored.js';
import type { Running } from '../running.js';
import { biasFacts } from './bias.js';
import { valueClips } from './clips.js';
import { completeEnds } from './ends.js';
import { clamped, rangeOf, type Origin, type ValueRange } from './kinds.js';
import { localErrors } from './local.js';
import { channelKey, lookInside, SamplesUnknownError, type Seen } from './look.js';
import { allSamples, looksAtAll, someRuns, someSamples } from './looks.js';
import type { ValueSurvey } from './survey.js';
import { targetsOf, type Targets } from './targets.js';

/** Runs one stretch again and looks at what its layers take in and give. */
export async function observeStretch(
  at: Running,
  stretch: number,
  weightSchemes: readonly Scheme[],
  activationSchemes: readonly Scheme[],
): Promise<LayerFacts[]> {
  const { prepared, places, model } = at;
  const { graph } = prepared.cut;
  const parts = at.stretches[stretch];
  const byChannel = activationSchemes.some(({ granularity }) => granularity.kind === 'channel');
  const stored = storedTensors(at.file, prepared.cut);
  const targets = targetsOf(at, parts, stored, byChannel);
  // Local errors are of the first run: what they are needed for is their relation to each other.
  const whole = weightSchemes.length + activationSchemes.length > 0;
  const { surveys, watches, channels, first, share } = await seenIn(at, parts, targets, stored, { byChannel, whole });

  const looked = withOrigins(first, whole ? targets.origins : new Map());
  const known = new Map(
    [...surveys].map(([name, survey]) => [
      name,
      valueFacts(name, survey, Math.round(survey.total() / share), rangeOf(prepared, stored, name)),
    ]),
  );
  const facts: LayerFacts[] = [];
  for (const layer of targets.layers) {
    const place = places[layer];
    const survey = place.activation ? surveys.get(place.activation.value) : undefined;
    const { opType } = graph.nodes[place.node!].proto;
    const schemes = survey ? await calibrated(activationSchemes, survey, channels.get(channelKey(place.activation!.value, opType))) : [];
    const input = (place.activation && known.get(place.activation.value)) ?? null;
    const channelled = watches.get(layer)?.found() ?? null;
    facts.push({
      layer,
      bias: survey ? await biasFacts(model.layers[layer], graph.nodes[place.node!].proto, stored, survey.statistics()) : null,
      input,
      output: (place.output !== null && known.get(place.output)) || null,
      activationErrors:
        place.activation && survey && schemes.length > 0
          ? await activationErrors(given(looked, place.activation.value), schemes, opType)
          : [],
      local: await localErrors(at, model.layers[layer], place, looked, weightSchemes, schemes),
      inputChannels: channelled && input && { ...channelled, values: Math.floor(input.total / channelled.channels) },
    });
  }
  return facts;
}

/** So many values of all samples are brought out of the runtime sooner than asked for twice. */
const FEW = 1 << 23;

/** As few samples as tell enough, or all, where they cannot be told apart or something is not finite. */
async function seenIn(
  at: Running,
  parts: readonly number[],
  targets: Targets,
  stored: ReturnType<typeof storedTensors>,
  wanted: { readonly byChannel: boolean; readonly whole: boolean },
): Promise<Seen> {
  const { samples, prepared, probes } = at;
  const values = targets.roots.reduce((sum, name) => sum + ((prepared.seen.get(name)?.bytes ?? 0) / 4) * probes, 0);
  // Ranges of channels are of all values.
  const all = wanted.byChannel || values <= FEW;
  for (const looks of all ? [] : [someSamples(samples), someRuns(samples)]) {
    if (looksAtAll(looks, samples)) break;
    const seen = await lookInside(at, parts, targets, looks, wanted).catch((error: unknown) => {
      // A model may be made for as many samples as there are in a run.
      if (error instanceof SamplesUnknownError || error instanceof RunError) return null;
      throw error;
    });
    if (!seen) continue;
    if (await completeEnds(at, parts, targets, seen, stored)) return seen;
    break;
  }
  return lookInside(at, parts, targets, allSamples(samples), wanted);
}

/** Values, and those that are made of them. */
function withOrigins(values: RunTensors, origins: ReadonlyMap<string, Origin>): RunTensors {
  const made = [...origins].map(([name, origin]) => {
    const tensor = given(values, origin.value);
    return [name, { ...tensor, data: (tensor.data as Float32Array).map((x) => clamped(x, origin)) }] as const;
  });
  return new Map([...values, ...made]);
}

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

/** What is told of a value that was seen through to the end. @param total values that went by, looked at or not */
export function valueFacts(value: string, survey: ValueSurvey, total: number, range: ValueRange): ValueFacts {
  const { kind, lo, hi } = range;
  const run = survey.run();
  return {
    value,
    statistics: survey.statistics(),
    total,
    kind,
    bounds: { lo, hi },
    histogram: survey.histogram(),
    sample: valueByValue(run) ? evenly(run.values(), VALUES) : null,
    clips: valueClips(run, survey.energy(), range),
  };
}
