import { analyzeTensor } from '../../core/analyzeTensor.js';
import { parseScheme, type ClipRange, type Scheme } from '../../core/formats/index.js';
import type { Layer, Tensor } from '../../model/types.js';
import type { Declaration } from '../../model/writers/onnx/messages.js';
import { RunError, type RunTensor, type RunTensors } from '../backend/types.js';
import type { LayerTrial, TrialOutcome, Variant } from '../process/protocol.js';
import type { Place } from '../replay/places.js';
import { given } from '../replay/prepare.js';
import { storedTensors } from '../replay/stored.js';
import type { Running } from '../running.js';
import { quantizedWeight, stored, typed } from '../storedWeight.js';
import { collect } from './collect.js';
import { correctable } from './correctable.js';
import { dynamicInputs } from './dynamic.js';
import { sqnrCorrected, sqnrOf } from './errors.js';
import { widened } from './range.js';
import { fakeQuantized } from './fakeQuantized.js';
import { integerLayer } from './integerLayer.js';

/** Tries variants of the layers of one part, each layer by itself on what it takes in in the first runs. */
export async function layerTrials(at: Running, part: number, trials: readonly LayerTrial[]): Promise<readonly TrialOutcome[]> {
  const nodes = trials.flatMap(({ layer }) => at.places[layer].node ?? []);
  const inputs = nodes.flatMap((node) => dynamicInputs(at, [node]));
  const runs = await collect(at, part, [...new Set(inputs)]);
  const found: TrialOutcome[] = [];
  for (const { layer, variants } of trials) {
    try {
      found.push(await tryLayer(at, at.model.layers[layer], at.places[layer], runs, variants));
    } catch (error) {
      // A node that does not run by itself is no reason to give up the others.
      if (!(error instanceof RunError)) throw error;
      found.push(untried(variants));
    }
  }
  return found;
}

const untried = (variants: readonly Variant[]): TrialOutcome => ({ sqnrDb: variants.map(() => undefined), inputs: null });

type Feed = readonly [name: string, tensor: RunTensor];

async function tryLayer(
  at: Running,
  layer: Layer,
  place: Place,
  runs: readonly RunTensors[],
  variants: readonly Variant[],
): Promise<TrialOutcome> {
  const { node, weight, activation, output } = place;
  if (node === null || output === null || !weight) return untried(variants);
  const { value, dataType } = weight;
  const { shape } = layer.weight;
  const { proto } = at.prepared.cut.graph.nodes[node];
  const { opType, input } = proto;
  const axisOf = (dims: readonly number[]): number => (opType.includes('Conv') ? 1 : dims.length - 1);
  const bias = variants.some((variant) => variant.bias !== 'float') ? biasTensor(at, layer, input[2]) : undefined;
  const weightOf = (raw: Uint8Array): Feed => [value, { dataType, shape, data: typed(raw, dataType) }];
  const weightUnder = async (scheme: string | null): Promise<Feed> =>
    weightOf((await quantizedWeight(layer, dataType, scheme === null ? null : parseScheme(scheme))).raw);
  const biasOf = (data: Float32Array): Feed[] => (bias ? [[input[2], { dataType: 'float32', shape: bias.shape, data }]] : []);
  const taken = activation && isFloat32(runs, activation.value) ? activation.value : null;

  /** What is fed otherwise; null when the layer has not got what the variant changes. */
  const changes = async (variant: Variant): Promise<readonly Feed[] | null> => {
    if (variant.bias === 'float') return variant.weight === null ? [] : [await weightUnder(variant.weight)];
    if (!bias || taken === null) return null;
    const { lo, hi } = await clipOf(runs, taken, inputScheme);
    const inputScale = (Math.max(0, hi) - Math.min(0, lo)) / 255;
    if (!(inputScale > 0)) return null;
    const integers = await integerLayer(layer, bias, inputScale, variant.bias === 'fitted');
    return [weightOf(stored(integers.weight, dataType)), ...biasOf(integers.bias)];
  };

  const opened = new Map<string, Declaration>([[value, { dataType, shape }]]);
  if (bias) opened.set(input[2], { dataType: 'float32', shape: bias.shape });
  const session = await at.replay.chain([node], opened);
  const outputs = async (inputs: readonly RunTensors[], feeds: readonly Feed[]): Promise<readonly RunTensor[]> => {
    const found: RunTensor[] = [];
    for (const values of inputs) {
      const all = new Map([...values, ...feeds]);
      found.push(given(await session.run(new Map(session.inputs.map((name) => [name, given(all, name)]))), output));
    }
    return found;
  };
  try {
    const asItIs = [await weightUnder(null), ...(bias ? biasOf(await bias.read(0, bias.elements)) : [])];
    const float = await outputs(runs, asItIs);
    const found: (number | null | undefined)[] = [];
    for (const variant of variants) {
      const feeds = await changes(variant);
      const inputs =
        variant.activation === null ? runs : taken === null ? null : await quantizedInputs(runs, taken, parseScheme(variant.activation));
      if (!feeds || !inputs) {
        found.push(undefined);
        continue;
      }
      const changed = await outputs(inputs, [...asItIs, ...feeds]);
      found.push(variant.corrected ? sqnrCorrected(float, changed, axisOf) : sqnrOf(float, changed));
    }
    const isCorrected = taken !== null && activation?.input === 0 && variants.some(({ corrected }) => corrected);
    const inputs = isCorrected
      ? correctable(
          proto,
          layer,
          runs.map((values) => given(values, taken)),
          float[0],
        )
      : null;
    return { sqnrDb: found, inputs };
  } finally {
    await session.release();
  }
}

/** What runtimes quantize inputs to beside int32 biases. */
const inputScheme = parseScheme('uint8/tensor/minmax');

const isFloat32 = (runs: readonly RunTensors[], value: string): boolean =>
  runs.every((values) => given(values, value).data instanceof Float32Array);

/** A bias with one float32 for every output channel. */
function biasTensor({ file, prepared }: Running, { weight, channelAxis }: Layer, name: string | undefined): Tensor | undefined {
  const bias = name ? storedTensors(file, prepared.cut).get(name)?.tensor : undefined;
  const fits = bias?.dataType === 'float32' && channelAxis !== null && bias.elements === weight.shape[channelAxis];
  return fits ? bias : undefined;
}

/** The range that a scheme clips a value to that is what it is in these runs. */
async function clipOf(runs: readonly RunTensors[], value: string, scheme: Scheme): Promise<ClipRange> {
  const arrays = runs.map((values) => given(values, value).data as Float32Array);
  if (scheme.clipping.method === 'minmax') return arrays.reduce(widened, { lo: 0, hi: 0 });
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  arrays.reduce((start, array) => (all.set(array, start), start + array.length), 0);
  const read = (start: number, end: number): Promise<Float32Array> => Promise.resolve(all.slice(start, end));
  const { errors } = await analyzeTensor({ shape: [all.length], channelAxis: null, elements: all.length, read }, [scheme]);
  return errors[0].clip;
}

async function quantizedInputs(runs: readonly RunTensors[], value: string, scheme: Scheme): Promise<readonly RunTensors[]> {
  const clip = await clipOf(runs, value, scheme);
  return runs.map((values) => new Map([...values, [value, fakeQuantized(given(values, value), scheme, clip)]]));
}
