import { parseScheme } from '../core/formats/index.js';
import type { Handlers } from '../rpc/rpc.js';
import type { Backend, BackendChoice, RunTensors } from './backend/types.js';
import { changeFor, restored } from './change.js';
import type { InputTensors } from './inputs/types.js';
import { decibels } from './metrics/decibels.js';
import { noiseOf, type Noise } from './metrics/noise.js';
import { realNumbers } from './metrics/numbers.js';
import { findClasses, judges } from './metrics/outputs.js';
import { observeStretch } from './observe/stretch.js';
import { openPlace, type Opened } from './opened.js';
import type { EngineMethods } from './process/protocol.js';
import { joinTrials } from './remedies/joins.js';
import { pairTrials } from './remedies/pairs.js';
import { layerTrials } from './remedies/trials.js';
import { cutsFor, nodeCosts } from './replay/costs.js';
import { placeLayers } from './replay/places.js';
import { given, prepare } from './replay/prepare.js';
import { openReplay } from './replay/replay.js';
import { stretchesOf } from './replay/stretches.js';
import type { Running } from './running.js';
import { sampleAxes } from './sampleAxes.js';

/**
 * The bench that a model is tested on: it holds the model's parts, the float values between them and what the kernels find there.
 * Everything it tells depends on the model, the inputs and the question alone, so any number of benches give the same answers.
 */
export function workbench(openBackend: (choice: BackendChoice) => Promise<Backend>): Handlers<EngineMethods> {
  let backend: Backend | undefined;
  let opened: Opened | undefined;
  let running: Running | undefined;
  const runs: RunTensors[] = [];
  const samples: number[] = [];
  /** All samples, in runs of the probe. */
  let probes = 1;

  const bench = (): Running => {
    if (!running) throw new Error('the engine was asked before it was started');
    return running;
  };

  return {
    async open({ model, backend: choice = 'auto' }) {
      backend = await openBackend(choice);
      opened = await openPlace(model);
      return { backend: backend.name };
    },

    feed({ inputs, samples: count }) {
      runs.push(new Map(Object.entries(inputs)));
      samples.push(count);
      return null;
    },

    async start({ probe, labels: classNumbers, classes: told, budget }, { progress }) {
      const { file, model } = opened!;
      const probed = new Map(Object.entries(probe));
      const prepared = await prepare(opened!, backend!, runs, probed);
      const places = placeLayers(model, file, prepared);
      const total = sum(samples);
      const probeSamples = samplesOf(probe, runs, samples);
      probes = total / probeSamples;
      const starts = samples.map((_, run) => samples.slice(0, run).reduce((a, b) => a + b, 0));
      const costs = nodeCosts(prepared, places, model, runs.length, probes);
      const cuts = cutsFor(prepared, costs, runs.length, probes, budget);
      const replay = await openReplay(prepared, cuts, runs, backend!, {
        onRun: (done, all) => progress({ done, total: all }),
        nameOf: (run) => nameOf(starts[run], samples[run]),
      });
      const classes = findClasses(replay.floatOutputs, samples, told);
      const labels = classNumbers && classes?.bySample ? { classes: classNumbers, starts } : null;
      const newJudge = judges(replay.floatOutputs, classes, labels);
      const stretches = stretchesOf(
        replay.parts.map(({ nodes }) => nodes.length),
        costs,
      );
      const axisOf = sampleAxes(prepared, probed, probeSamples);
      running = { ...opened!, prepared, replay, stretches, axisOf, probes, places, classes, newJudge, samples };
      const float = newJudge();
      replay.floatOutputs.forEach((outputs, run) => float.add(run, outputs));
      const { correct } = float.verdict().classes ?? {};
      return {
        backend: backend!.name,
        standsIn: backend!.standsIn,
        parts: replay.parts.length,
        stretches: stretches.length,
        layers: places.map(({ node, weight, activation, problem }) => {
          const part = node === null ? null : replay.parts.findIndex(({ nodes }) => nodes.includes(node));
          const stretch = part === null ? null : stretches.findIndex((parts) => parts.includes(part));
          return { part, stretch, weight: weight !== null, activation: activation !== null, problem };
        }),
        classes,
        accuracy: correct ? { correct: correct.float, samples: total } : null,
        kept: replay.kept,
        opaque: prepared.opaque,
        notFinite: notFinite(replay.floatOutputs),
      };
    },

    async observe({ stretch, weightSchemes, activationSchemes }) {
      return observeStretch(bench(), stretch, weightSchemes.map(parseScheme), activationSchemes.map(parseScheme));
    },

    trials: ({ part, trials }) => layerTrials(bench(), part, trials),
    pairs: ({ part, scheme }) => pairTrials(bench(), part, scheme),
    joins: ({ part, scheme, ratio }) => joinTrials(bench(), part, scheme, ratio),

    async effect(quantized) {
      const at = bench();
      const verdict = at.newJudge();
      await at.replay.test(await changeFor(at, [quantized]), (run, outputs) => verdict.add(run, outputs));
      return verdict.verdict();
    },

    async plan({ quantized, transforms = [] }) {
      const at = bench();
      const verdict = at.newJudge();
      const change = await changeFor(at, quantized, transforms);
      // What a layer gives that is equalized with the next one is divided by factors: it is no error.
      const divided = new Set(
        transforms.flatMap((one) => (one.transforms.some(({ transform }) => transform === 'equalize') ? one.layer : [])),
      );
      const watched = new Map(quantized.flatMap(({ layer }) => (divided.has(layer) ? [] : [[layer, at.places[layer].output] as const])));
      const noise = new Map<string, Noise>();
      const outputs = at.replay.floatOutputs.map(() => new Map<string, RunTensors extends ReadonlyMap<string, infer T> ? T : never>());
      await at.replay.trace(change, new Set([...watched.values()].filter((name) => name !== null)), (run, float, changed) => {
        for (const [name, tensor] of changed) {
          if (at.replay.floatOutputs[run].has(name)) outputs[run].set(name, tensor);
          const [y, z] = [realNumbers(given(float, name)), realNumbers(tensor)];
          if (y && z) noise.set(name, noiseOf(y, z, noise.get(name)));
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
      const rest = Math.max(0, budget - at.replay.kept);
      const costs = nodeCosts(at.prepared, at.places, at.model, runs.length, probes);
      const cuts = cutsFor(at.prepared, costs, runs.length, probes, rest);
      const changed = await openReplay(at.prepared, cuts, runs, backend!, { base });
      try {
        for (const layer of layers) {
          const verdict = at.newJudge();
          await changed.test(await restored(at, base, layer), (run, outputs) => {
            verdict.add(run, new Map([...changed.floatOutputs[run], ...outputs]));
          });
          progress({ layer, difference: verdict.verdict() });
        }
      } finally {
        await changed.close();
      }
      return null;
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const nameOf = (start: number, count: number): string => (count === 1 ? `sample ${start + 1}` : `samples ${start + 1} to ${start + count}`);

/** Samples of the probe, told by how its size compares with that of the first run. */
function samplesOf(probe: InputTensors, runs: readonly RunTensors[], samples: readonly number[]): number {
  const bytes = (values: Iterable<{ readonly data: { readonly byteLength: number } }>): number =>
    sum([...values].map(({ data }) => data.byteLength));
  return Math.max(1, Math.round((bytes(Object.values(probe)) / bytes(runs[0].values())) * samples[0]));
}

function notFinite(outputs: readonly RunTensors[]): readonly string[] {
  const found = new Set<string>();
  for (const run of outputs) for (const [name, tensor] of run) if (realNumbers(tensor)?.some((x) => !Number.isFinite(x))) found.add(name);
  return [...found];
}
