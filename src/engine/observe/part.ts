import { analyzeTensor } from '../../core/analyzeTensor.js';
import type { Scheme } from '../../core/formats/index.js';
import type { RunTensors } from '../backend/types.js';
import { toSparse } from '../../core/statistics/sparse.js';
import { realNumbers } from '../metrics/numbers.js';
import type { ActivationError, LayerFacts, ValueFacts } from '../process/protocol.js';
import { fitsIntoGraph } from '../replay/fakeNodes.js';
import { given } from '../replay/prepare.js';
import { storedTensors } from '../replay/stored.js';
import type { Running } from '../running.js';
import { channelRanges } from './channels.js';
import { valueClips } from './clips.js';
import { rangeOf, type ValueRange } from './kinds.js';
import { localErrors, type Clipped } from './local.js';
import { valueSurvey, type ValueSurvey } from './survey.js';
import { weightFacts } from './weights.js';

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
  // Local errors are of the first run: what they are needed for is their relation to each other.
  let first: RunTensors = new Map();
  await replay.watch(part, [...wanted], async (run, values) => {
    if (run === 0) first = values;
    for (const [name, survey] of surveys) {
      const numbers = realNumbers(given(values, name));
      if (numbers) await survey.add(numbers instanceof Float32Array ? numbers : Float32Array.from(numbers));
    }
  });

  const stored = storedTensors(at.file, prepared.cut);
  const known = new Map([...surveys].map(([name, survey]) => [name, valueFacts(name, survey, rangeOf(prepared, stored, name))]));
  const facts: LayerFacts[] = [];
  for (const layer of layers) {
    const place = places[layer];
    const survey = place.activation ? surveys.get(place.activation.value) : undefined;
    const usable = activationSchemes.filter(fitsIntoGraph);
    const clips = survey ? usable.map((scheme) => ({ scheme, clip: survey.clip(scheme) })) : [];
    const values = place.activation ? realNumbers(given(first, place.activation.value)) : null;
    facts.push({
      layer,
      ...(await weightFacts(model.layers[layer], at.file, graph.nodes[place.node!].proto, survey ? survey.statistics() : null)),
      input: (place.activation && known.get(place.activation.value)) ?? null,
      output: (place.output !== null && known.get(place.output)) || null,
      activationErrors: values instanceof Float32Array ? await activationErrors(values, clips) : [],
      local: await localErrors(at, model.layers[layer], place, first, weightSchemes, clips),
      inputChannels:
        place.activation && values
          ? channelRanges(values, given(first, place.activation.value).shape, graph.nodes[place.node!].proto.opType)
          : null,
    });
  }
  return facts;
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

/** Errors of a layer's input under schemes whose ranges are calibrated. */
async function activationErrors(values: Float32Array, clips: readonly Clipped[]): Promise<readonly ActivationError[]> {
  if (clips.length === 0) return [];
  const source = {
    shape: [values.length],
    channelAxis: null,
    elements: values.length,
    read: (start: number, end: number) => Promise.resolve(values.slice(start, end)),
  };
  const fixed = clips.map(({ scheme, clip }): Scheme => ({ ...scheme, clipping: { method: 'fixed', ...clip } }));
  const { errors } = await analyzeTensor(source, fixed);
  return errors.map(({ mse, maxError, cosine, sqnrDb, clippedFraction, bits, effectiveBits }, i) => ({
    scheme: clips[i].scheme.text,
    clip: clips[i].clip,
    mse,
    maxError,
    cosine,
    sqnrDb,
    clippedFraction,
    bits,
    effectiveBits,
  }));
}
