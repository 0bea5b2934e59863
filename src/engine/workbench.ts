import path from 'node:path';
import { analyzeTensor } from '../core/analyzeTensor.js';
import { parseScheme, type ClipRange, type Scheme } from '../core/formats/index.js';
import { fileSource, folderSiblings } from '../model/fileSource.js';
import { memorySource } from '../model/memorySource.js';
import { openModel } from '../model/open.js';
import { openOnnxFile, type OnnxFile } from '../model/readers/onnx/onnxFile.js';
import { ModelError, type Layer, type Model } from '../model/types.js';
import type { Handlers } from '../rpc/rpc.js';
import type { Backend, RunTensors } from './backend/types.js';
import type { InputTensors } from './inputs/types.js';
import { realNumbers } from './metrics/numbers.js';
import { findClasses, judge, type Classes, type Difference, type Labels } from './metrics/outputs.js';
import { noiseOf, type Noise } from './metrics/noise.js';
import { valueSurvey, type ValueSurvey } from './observe/survey.js';
import type {
  ActivationError,
  EngineMethods,
  LayerFacts,
  LocalError,
  ModelPlace,
  Quantized,
  RangeKind,
  ValueFacts,
} from './process/protocol.js';
import { quantizedWeight, typed } from './storedWeight.js';
import { weightFacts } from './observe/weights.js';
import { chooseCuts } from './replay/cuts.js';
import { fakeNodes, fitsIntoGraph } from './replay/fakeNodes.js';
import { placeLayers, type Place } from './replay/places.js';
import { given, prepare, type Prepared } from './replay/prepare.js';
import { crossings, openReplay, type Change, type Replay } from './replay/replay.js';
import { rewired, type TensorBytes } from '../model/writers/onnx/messages.js';
import type { ChangedNode } from './surgery/piece.js';

interface Opened {
  readonly bytes: Uint8Array;
  readonly file: OnnxFile;
  readonly model: Model;
}

interface Running {
  readonly prepared: Prepared;
  readonly replay: Replay;
  readonly places: readonly Place[];
  readonly classes: Classes | null;
  readonly labels: Labels | null;
}

/** Multiply-accumulates a second, values a second that other operators write, seconds a node takes at least: fitted to the sample models on one core. */
const MACS = 5e10;
const VALUES = 5e9;
const NODE = 4e-6;
/** Steps that wait for each other leave the processor waiting too. */
const RECURRENT = /^(LSTM|GRU|RNN)$/;
const RECURRENCE = 4;

/**
 * The bench that a model is tested on: it holds the model's parts, the float values between them and what the kernels find there.
 * Everything it tells depends on the model, the inputs and the question alone, so any number of benches give the same answers.
 */
export function workbench(openBackend: () => Promise<Backend>): Handlers<EngineMethods> {
  let backend: Backend | undefined;
  let opened: Opened | undefined;
  let running: Running | undefined;
  const runs: RunTensors[] = [];
  const samples: number[] = [];
  /** All samples, in runs of the probe. */
  let probes = 1;

  const bench = (): Running & Opened => {
    if (!running || !opened) throw new Error('the engine was asked before it was started');
    return { ...running, ...opened };
  };
  const newJudge = ({ replay, classes, labels }: Running): ReturnType<typeof judge> => judge(replay.floatOutputs, classes, labels);

  return {
    async open({ model }) {
      backend = await openBackend();
      opened = await openPlace(model);
      return { backend: backend.name };
    },

    feed({ inputs, samples: count }) {
      runs.push(new Map(Object.entries(inputs)));
      samples.push(count);
      return null;
    },

    async start({ probe, labels: classNumbers, budget }, { progress }) {
      const { bytes, file, model } = opened!;
      const prepared = await prepare(bytes, file, backend!, runs, new Map(Object.entries(probe)));
      const places = placeLayers(model, file, prepared);
      const total = sum(samples);
      probes = total / samplesOf(probe, runs, samples);
      const cuts = cutsFor(prepared, places, model, runs.length, probes, budget);
      const replay = await openReplay(prepared, cuts, runs, backend!, (done, all) => progress({ done, total: all }));
      const classes = findClasses(replay.floatOutputs, samples);
      const starts = samples.map((_, run) => samples.slice(0, run).reduce((a, b) => a + b, 0));
      const labels = classNumbers && classes ? { classes: classNumbers, starts } : null;
      running = { prepared, replay, places, classes, labels };
      const float = newJudge(running);
      replay.floatOutputs.forEach((outputs, run) => float.add(run, outputs));
      const { correct } = float.verdict().classes ?? {};
      return {
        backend: backend!.name,
        parts: replay.parts.length,
        layers: places.map(({ node, weight, activation, problem }) => ({
          part: node === null ? null : replay.parts.findIndex(({ nodes }) => nodes.includes(node)),
          weight: weight !== null,
          activation: activation !== null,
          problem,
        })),
        classes,
        accuracy: correct ? { correct: correct.float, samples: total } : null,
        kept: replay.kept,
        opaque: prepared.opaque,
        notFinite: notFinite(replay.floatOutputs),
      };
    },

    async observe({ part, weightSchemes, activationSchemes }) {
      return observePart(bench(), part, weightSchemes.map(parseScheme), activationSchemes.map(parseScheme));
    },

    async effect(quantized) {
      const at = bench();
      const verdict = newJudge(at);
      await at.replay.test(await changeFor(at, [quantized]), (run, outputs) => verdict.add(run, outputs));
      return verdict.verdict();
    },

    async plan({ quantized }) {
      const at = bench();
      const verdict = newJudge(at);
      const change = await changeFor(at, quantized);
      const watched = new Map(quantized.map(({ layer }) => [layer, at.places[layer].output]));
      const noise = new Map<string, Noise>();
      const outputs = at.replay.floatOutputs.map(() => new Map<string, RunTensors extends ReadonlyMap<string, infer T> ? T : never>());
      await at.replay.trace(change, new Set([...watched.values()].filter((name) => name !== null)), (run, float, changed) => {
        for (const [name, tensor] of changed) {
          if (at.replay.floatOutputs[run].has(name)) outputs[run].set(name, tensor);
          const [y, z] = [realNumbers(given(float, name)), realNumbers(tensor)];
          if (y && z) noise.set(name, noiseOf(y, z, tensor.shape, noise.get(name)));
        }
      });
      outputs.forEach((values, run) => verdict.add(run, values));
      return {
        difference: verdict.verdict(),
        accumulated: [...watched].flatMap(([layer, name]) => {
          const found = name === null ? undefined : noise.get(name);
          return found ? [{ layer, sqnrDb: decibels(found.signal, found.squares) }] : [];
        }),
      };
    },

    async leaveOneOut({ quantized, layers, budget }, { progress }) {
      const at = bench();
      const base = await changeFor(at, quantized);
      const cuts = cutsFor(at.prepared, at.places, at.model, runs.length, probes, budget);
      const changed = await openReplay(at.prepared, cuts, runs, backend!, undefined, base);
      const results: { layer: number; difference: Difference }[] = [];
      try {
        for (const layer of layers) {
          const verdict = newJudge(at);
          await changed.test(await restored(at, base, layer), (run, outputs) => {
            verdict.add(run, new Map([...changed.floatOutputs[run], ...outputs]));
          });
          results.push({ layer, difference: verdict.verdict() });
          progress({ done: results.length, total: layers.length });
        }
      } finally {
        await changed.close();
      }
      return results;
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

async function openPlace(place: ModelPlace): Promise<Opened> {
  if ('bytes' in place) {
    const source = memorySource(place.bytes);
    const alone = (name: string): Promise<never> => Promise.reject(new ModelError(`external data ${name} cannot be opened here`));
    return { bytes: place.bytes, file: await openOnnxFile(source, alone), model: await openModel(source, alone) };
  }
  const onDisk = await fileSource(place.path);
  try {
    if (onDisk.byteLength >= 2 ** 31)
      throw new ModelError('model files of 2 GiB and more cannot be run: keep the weights in external data');
    const bytes = await onDisk.slice(0, onDisk.byteLength);
    const source = memorySource(bytes);
    const siblings = folderSiblings(path.dirname(place.path));
    return { bytes, file: await openOnnxFile(source, siblings), model: await openModel(source, siblings) };
  } finally {
    await onDisk.close();
  }
}

/** Samples of the probe, told by how its size compares with that of the first run. */
function samplesOf(probe: InputTensors, runs: readonly RunTensors[], samples: readonly number[]): number {
  const bytes = (values: Iterable<{ readonly data: { readonly byteLength: number } }>): number =>
    sum([...values].map(({ data }) => data.byteLength));
  return Math.max(1, Math.round((bytes(Object.values(probe)) / bytes(runs[0].values())) * samples[0]));
}

export function cutsFor(
  prepared: Prepared,
  places: readonly Place[],
  model: Model,
  runs: number,
  probes: number,
  budget: number,
): readonly number[] {
  const { cut, dynamic, seen, opaque } = prepared;
  if (opaque !== null) return [];
  const values = (node: number): number => sum(cut.graph.nodes[node].outputs.map((name) => (seen.get(name)?.bytes ?? 0) / 4));
  const macs = new Map<number, number>();
  const layers = new Map<number, number>();
  places.forEach(({ node, weight }, i) => {
    if (node === null) return;
    // Every value that comes out is a sum over one channel of the weight.
    const { weight: tensor, channelAxis } = model.layers[i];
    const terms = tensor.elements / (channelAxis === null ? 1 : Math.max(1, tensor.shape[channelAxis]));
    const pace = RECURRENT.test(model.layers[i].op) ? RECURRENCE : 1;
    macs.set(node, (macs.get(node) ?? 0) + values(node) * terms * pace);
    if (weight) layers.set(node, (layers.get(node) ?? 0) + 1);
  });
  const nodes = dynamic.map((i) => ({
    seconds: runs * NODE + probes * ((macs.get(i) ?? 0) / MACS + values(i) / VALUES),
    layers: layers.get(i) ?? 0,
  }));
  return chooseCuts({ nodes, crossing: crossings(prepared).map((bytes) => bytes * probes), runs, budget });
}

function notFinite(outputs: readonly RunTensors[]): readonly string[] {
  const found = new Set<string>();
  for (const run of outputs) for (const [name, tensor] of run) if (realNumbers(tensor)?.some((x) => !Number.isFinite(x))) found.add(name);
  return [...found];
}

/** What quantizing some layers changes in the graph. */
async function changeFor({ places, model, prepared }: Running & Opened, quantized: readonly Quantized[]): Promise<Change> {
  const replaced = new Map<string, TensorBytes>();
  const changed = new Map<number, ChangedNode>();
  for (const { layer, weight, activation } of quantized) {
    const place = places[layer];
    if (weight !== null && place.weight)
      replaced.set(place.weight.value, await quantizedWeight(model.layers[layer], place.weight.dataType, parseScheme(weight)));
    if (activation && place.activation && place.node !== null)
      changed.set(place.node, changedNode(prepared, place.node, place.activation, parseScheme(activation.scheme), activation.clip));
  }
  return { replaced, changed };
}

function changedNode(
  { cut }: Prepared,
  node: number,
  { input, value }: { input: number; value: string },
  scheme: Scheme,
  clip: ClipRange,
): ChangedNode {
  const { nodes, constants, value: quantized } = fakeNodes(value, scheme, clip, String(node));
  return { bytes: rewired(cut.graph.nodes[node].bytes, input, quantized), before: nodes, constants };
}

/** A change that puts one layer back as it was. */
async function restored({ places, model, prepared }: Running & Opened, base: Change, layer: number): Promise<Change> {
  const { weight, node } = places[layer];
  const replaced = new Map<string, TensorBytes>();
  const changed = new Map<number, ChangedNode>();
  if (weight && base.replaced?.has(weight.value))
    replaced.set(weight.value, await quantizedWeight(model.layers[layer], weight.dataType, null));
  if (node !== null && base.changed?.has(node))
    changed.set(node, { bytes: prepared.cut.graph.nodes[node].bytes, before: [], constants: [] });
  return { replaced, changed };
}

const decibels = (signal: number, noise: number): number | null => (signal > 0 && noise > 0 ? 10 * Math.log10(signal / noise) : null);

const ONE_SIDED = new Set(['Relu', 'ReLU', 'Abs', 'Sqrt', 'Exp', 'Softplus', 'ReduceL2', 'ReduceL1']);
const BOUNDED = new Set(['Clip', 'Sigmoid', 'HardSigmoid', 'Softmax', 'Tanh', 'Erf', 'Sin', 'Cos', 'Softsign']);
/** Operators whose output has the values of their input. */
const PASSING = new Set([
  'MaxPool',
  'Reshape',
  'Flatten',
  'Transpose',
  'Squeeze',
  'Unsqueeze',
  'Identity',
  'Slice',
  'GlobalMaxPool',
  'AveragePool',
  'GlobalAveragePool',
  'Dropout',
]);

function kindOf({ cut }: Prepared, value: string): RangeKind {
  for (let name: string | undefined = value, steps = 0; name !== undefined && steps < 16; steps++) {
    const from = cut.producer.get(name);
    if (from === undefined) return 'two-sided';
    const { opType, input } = cut.graph.nodes[from].proto;
    if (ONE_SIDED.has(opType)) return 'one-sided';
    if (BOUNDED.has(opType)) return 'bounded';
    name = PASSING.has(opType) ? input[0] : undefined;
  }
  return 'two-sided';
}

async function observePart(
  at: Running & Opened,
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
      input: place.activation && survey ? valueFacts(prepared, place.activation.value, survey) : null,
      output: place.output === null ? null : valueFacts(prepared, place.output, surveys.get(place.output)!),
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

const valueFacts = (prepared: Prepared, value: string, survey: ValueSurvey): ValueFacts => ({
  value,
  statistics: survey.statistics(),
  total: survey.total,
  kind: kindOf(prepared, value),
});

interface Clipped {
  readonly scheme: Scheme;
  readonly clip: ClipRange;
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

/** Errors of a layer's own output, its node run by itself. */
async function localErrors(
  { replay, prepared }: Running & Opened,
  layer: Layer,
  { node, weight, activation, output }: Place,
  values: RunTensors,
  weightSchemes: readonly Scheme[],
  clips: readonly Clipped[],
): Promise<readonly LocalError[]> {
  if (node === null || output === null || !weight || weightSchemes.length + clips.length === 0) return [];
  const { value, dataType } = weight;
  const { shape } = layer.weight;
  const session = await replay.chain([node], new Map([[value, { dataType, shape }]]));
  const weightTensor = async (scheme: Scheme | null) => {
    const { raw } = await quantizedWeight(layer, dataType, scheme);
    return { dataType, shape, data: typed(raw, dataType) };
  };
  const found: LocalError[] = [];
  const local = (scheme: Scheme, target: 'weight' | 'activation', float: RunTensors, changed: RunTensors): void => {
    const [y, z] = [realNumbers(given(float, output)), realNumbers(given(changed, output))];
    if (!y || !z) return;
    const { signal, squares, unbiased } = noiseOf(y, z, given(float, output).shape);
    found.push({
      scheme: scheme.text,
      target,
      sqnrDb: decibels(signal, squares),
      unbiasedDb: unbiased === null ? null : decibels(signal, unbiased),
    });
  };
  try {
    const feeds = new Map([...session.inputs].filter((name) => name !== value).map((name) => [name, given(values, name)]));
    const original = await weightTensor(null);
    const float = await session.run(new Map([...feeds, [value, original]]));
    for (const scheme of weightSchemes)
      local(scheme, 'weight', float, await session.run(new Map([...feeds, [value, await weightTensor(scheme)]])));
    if (activation)
      for (const { scheme, clip } of clips) {
        const changed = new Map([[node, changedNode(prepared, node, activation, scheme, clip)]]);
        const other = await replay.chain([node], new Map([[value, { dataType, shape }]]), { changed });
        try {
          local(scheme, 'activation', float, await other.run(new Map([...feeds, [value, original]])));
        } finally {
          await other.release();
        }
      }
  } finally {
    await session.release();
  }
  return found;
}

/** Of fewer values a channel's range tells nothing. */
const FEW = 16;

/** Ranges of the channels of a layer's input: axis 1 of convolutions, the last one of matrix products. */
function channelRanges(
  values: Float32Array | Float64Array,
  shape: readonly number[],
  op: string,
): readonly (readonly [number, number])[] | null {
  if (shape.length < 2) return null;
  const axis = op.includes('Conv') ? 1 : shape.length - 1;
  const channels = shape[axis];
  if (values.length < channels * FEW) return null;
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const ranges = Array.from({ length: channels }, (): [number, number] => [Infinity, -Infinity]);
  for (let i = 0; i < values.length; i += inner) {
    const range = ranges[(i / inner) % channels];
    for (let j = i; j < i + inner; j++) {
      if (values[j] < range[0]) range[0] = values[j];
      if (values[j] > range[1]) range[1] = values[j];
    }
  }
  return ranges;
}
