import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { lookAtJob, type Lanes, type WeightJob } from '../../../src/analysis/lanes.js';
import type { WeightLook } from '../../../src/analysis/weights.js';
import { lookAtWeights, type WeightStage } from '../../../src/analysis/weightStage.js';
import type { Layer, Tensor } from '../../../src/model/types.js';

const { signal } = new AbortController();

/** Elements of a weight: five of them are worth threads. */
const SIZE = 2 ** 19;

function tensor(seed: number, read?: Tensor['read']): Tensor {
  const values = Float32Array.from({ length: SIZE }, (_, i) => Math.sin(i * (seed + 1)) * (1 + (i % 7)));
  return {
    name: `w${seed}`,
    dataType: 'float32',
    shape: [512, 1024],
    elements: SIZE,
    byteLength: 4 * SIZE,
    read: read ?? ((start, end) => Promise.resolve(values.slice(start, end))),
  };
}

const layer = (name: string, weight: Tensor, channelAxis: number | null = 0): Layer => ({
  name,
  op: 'Gemm',
  node: 0,
  weight,
  channelAxis,
  macs: SIZE,
});

const stage: WeightStage = {
  schemes: ['int4/tensor/minmax', 'int3/channel/mse'],
  targetSqnr: 25,
  options: {},
  startLanes: undefined,
};

/** Lanes in this thread; `how` does the job, or fails it. */
function lanesOf(count: number, how: (job: WeightJob) => Promise<WeightLook>) {
  const seen = { jobs: 0, ended: 0 };
  const start = (): Lanes => ({
    count,
    look: (_lane, job) => {
      seen.jobs++;
      return how(structuredClone(job));
    },
    end: () => seen.ended++,
  });
  return { start, seen };
}

const reports = (looks: readonly WeightLook[]) => looks.map(({ report }) => report);

describe('weights looked at in several threads', () => {
  const shared = tensor(1);
  const unreadable = tensor(3, () => Promise.reject(new Error('w3: the file ends early')));
  const layers = [
    layer('a', tensor(0)),
    layer('b', shared),
    layer('c', shared),
    layer('d', unreadable),
    layer('e', tensor(2)),
    layer('f', shared, 1),
    layer('g', tensor(4)),
  ];
  let alone: readonly WeightLook[];
  beforeAll(async () => {
    alone = await lookAtWeights(layers, stage, () => Promise.resolve(), signal);
  });

  it('give what one thread gives, in the order of the layers, whatever fails or comes first', async () => {
    const scenario = fc.record({
      count: fc.integer({ min: 1, max: 3 }),
      fates: fc.array(fc.constantFrom('now', 'later', 'fails'), { minLength: 8, maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ count, fates }) => {
        let next = 0;
        const { start, seen } = lanesOf(count, async (job) => {
          const fate = fates[next++ % fates.length];
          if (fate === 'fails') throw new Error('the thread is gone');
          if (fate === 'later') await new Promise((resolve) => setImmediate(resolve));
          return lookAtJob(job, signal);
        });
        const told: number[] = [];
        const tell = (looks: readonly WeightLook[]) => Promise.resolve(void told.push(looks.length));
        const looks = await lookAtWeights(layers, { ...stage, startLanes: start }, tell, signal);
        expect(reports(looks)).toEqual(reports(alone));
        expect(looks.map(({ picture }) => picture)).toEqual(alone.map(({ picture }) => picture));
        expect(told).toEqual([...told].sort((a, b) => a - b));
        expect(seen.ended).toBe(1);
      }),
      { numRuns: 4 },
    );
  });

  it('take part', async () => {
    const { start, seen } = lanesOf(1, (job) => lookAtJob(job, signal));
    await lookAtWeights(layers, { ...stage, startLanes: start }, () => Promise.resolve(), signal);
    expect(seen.jobs).toBeGreaterThan(0);
  });

  it('are not started for what one thread does as fast', async () => {
    const { start, seen } = lanesOf(1, (job) => lookAtJob(job, signal));
    await lookAtWeights(layers.slice(0, 2), { ...stage, startLanes: start }, () => Promise.resolve(), signal);
    expect(seen.ended).toBe(0);
  });

  it('tell of a weight that cannot be read, once', () => {
    expect(alone[3].report.problem).toBe('w3: the file ends early');
  });

  it('are ended at once by a cancel, which is what the caller gets', async () => {
    const abort = new AbortController();
    let free = (): void => undefined;
    const { start, seen } = lanesOf(1, () => {
      abort.abort(new Error('enough'));
      return new Promise((_, reject) => (free = () => reject(new Error('the thread is gone'))));
    });
    const lanes = (): Lanes => {
      const own = start();
      const end = () => {
        own.end();
        free();
      };
      return { ...own, end };
    };
    await expect(lookAtWeights(layers, { ...stage, startLanes: lanes }, () => Promise.resolve(), abort.signal)).rejects.toThrow('enough');
    expect(seen.ended).toBeGreaterThan(0);
  });
});
