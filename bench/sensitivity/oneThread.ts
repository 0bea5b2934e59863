import { measureEffects, observe, type StageContext } from '../../src/analysis/sensitivity/stages.js';
import { newRecord } from '../../src/analysis/sensitivity/record.js';
import type { Engines } from '../../src/analysis/sensitivity/engines.js';
import { nativeBackend } from '../../src/engine/backend/native.js';
import { localEngine } from '../../src/engine/index.js';
import type { Subject } from './subject.js';

/** Times in units of plain runs of the model over all samples; those of effects and predictions per layer. */
export interface Ratios {
  readonly effect: number;
  readonly predicted: number;
  readonly calibration: number;
}

export interface OneThread {
  readonly layers: number;
  readonly parts: number;
  /** Milliseconds of a plain run over all samples. */
  readonly plainMs: number;
  /** Starting: the model prepared and run in float, in the same unit. */
  readonly start: number;
  /** Bytes of values kept at the cuts. */
  readonly kept: number;
  /** Round by round; in the first nothing is compiled or loaded yet. */
  readonly rounds: readonly Ratios[];
}

/** The scheme that every layer is measured under. */
const SCHEME = 'int4/channel/minmax';
/** Twelve schemes, two of which are measured for each layer. */
const SCHEMES: readonly string[] = [2, 3, 4, 5, 6, 8].flatMap((bits) => [`int${bits}/tensor/minmax`, `int${bits}/channel/mse`]);
/** What a chosen scheme keeps at the outputs, dB. */
const TARGET = 25;

const nothing = (): void => undefined;

/** The processor's time, which other programs on the machine do not lengthen. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = cpuMs();
  await work();
  return cpuMs() - from;
}

/** Everything in this process, in one thread, beside plain runs of the same inputs in a session of one thread. */
export async function oneThread({ bytes, inputs, ranges, runs }: Subject, rounds: number): Promise<OneThread> {
  const engine = localEngine();
  await engine.call('open', { model: { bytes }, backend: 'native' });
  for (const [i, run] of runs.entries())
    await engine.call('feed', { inputs: Object.fromEntries(run), samples: ranges[i].end - ranges[i].start });
  const session = await (await nativeBackend()).load(bytes);
  const plain = async (): Promise<void> => {
    for (const run of runs) await session.run(run);
  };
  for (let i = 0; i < 3; i++) await plain();

  const probe = await inputs.read(0, inputs.batch ?? 1);
  const from = cpuMs();
  const started = await engine.call('start', { probe, labels: null, classes: 'auto', budget: 2 ** 28 });
  const startMs = cpuMs() - from;
  const layers = started.layers.flatMap(({ weight }, layer) => (weight ? [layer] : []));

  const engines: Pick<Engines, 'processes' | 'each'> = {
    processes: 1,
    async each(method, items, params, onAnswer) {
      for (const item of items) onAnswer(item, await engine.call(method, params(item)), 0);
    },
  };
  const calibrate = async (): Promise<void> => {
    for (let stretch = 0; stretch < started.stretches; stretch++)
      await engine.call('observe', { stretch, weightSchemes: [], activationSchemes: [] });
  };
  const effects = async (some: readonly number[]): Promise<void> => {
    for (const layer of some) await engine.call('effect', { layer, weight: SCHEME, activation: null });
  };
  const predict = async (): Promise<void> => {
    const record = newRecord({ weight: SCHEMES, activation: [] }, ['weight']);
    record.started = started;
    const progress = { expect: nothing, begin: nothing, more: nothing, done: nothing };
    const stage: StageContext = { engines: engines as Engines, record, progress, tell: nothing };
    await observe(stage, []);
    await measureEffects(stage, false, TARGET);
  };

  const found: (Ratios & { readonly plain: number })[] = [];
  for (let round = 0; round < rounds; round++) {
    // Plain runs are taken before, between and after, so that both see the same machine.
    let plainMs = await timed(plain);
    let effectMs = 0;
    const blocks = 4;
    for (let block = 0; block < blocks; block++) {
      effectMs += await timed(() => effects(layers.filter((_, i) => i % blocks === block)));
      plainMs += await timed(plain);
    }
    const calibrationMs = await timed(calibrate);
    plainMs += await timed(plain);
    const predictedMs = await timed(predict);
    plainMs = (plainMs + (await timed(plain))) / (blocks + 3);
    found.push({
      plain: plainMs,
      effect: effectMs / plainMs / layers.length,
      calibration: calibrationMs / plainMs,
      // Predicting calibrates as well.
      predicted: Math.max(0, predictedMs - calibrationMs) / plainMs / layers.length,
    });
  }
  await session.release();
  const plainMs = Math.min(...found.map((round) => round.plain));
  return { layers: layers.length, parts: started.parts, plainMs, start: startMs / plainMs, kept: started.kept, rounds: found };
}
