import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { profiles } from '../../../src/analysis/plan/profiles.js';
import { localEngine } from '../../../src/engine/index.js';
import { assignmentsAt } from '../../../src/report/frontPoint.js';
import { assignmentsOf, completed, edited, type Choices } from '../../../src/report/choices.js';
import { violations } from '../../../src/report/jsonSchema.js';
import type { Assignment, Plan } from '../../../src/report/plan.js';
import schema from '../../../src/report/plan.schema.json';
import { readPlan } from '../../../src/report/readPlan.js';
import { defaultRunSettings } from '../../../src/report/runSettings.js';
import type { Report } from '../../../src/report/types.js';
import type { AnalysisUpdate, RunUpdate } from '../../../src/report/update.js';
import { unpackPlan } from '../../../src/rpc/packedPlan.js';
import { withUpdate } from '../../../src/rpc/reportStream.js';
import type { Client } from '../../../src/rpc/rpc.js';
import type { WorkerMethods } from '../../../src/rpc/worker.js';
import { workerHandlers } from '../../../src/worker/handlers.js';
import { pair } from '../rpc/wire.js';

const location = { path: fileURLToPath(new URL('../../../samples/lenet/lenet5-mnist.onnx', import.meta.url)) };

describe('the user’s plan', () => {
  let worker: Client<WorkerMethods>;
  let weights: Report;
  let ran: Report;
  beforeAll(async () => {
    worker = pair<WorkerMethods>(workerHandlers(localEngine));
    let report: Report | undefined;
    const take = (update: AnalysisUpdate | RunUpdate) => {
      if (update.kind !== 'progress') report = withUpdate(report, update);
    };
    const head = await worker.call('analyze', { location, options: { targetSqnr: 25 } }, { onProgress: take });
    weights = { ...head, layers: report!.layers };
    const request = { ...defaultRunSettings, samples: 4 };
    const runHead = await worker.call('run', { location, request, cacheFolder: null }, { onProgress: take });
    ran = { ...runHead, layers: report!.layers };
  });

  const names = (report: Report) => report.layers.map(({ name }) => name);
  const planOf = (report: Report, choices: Choices, found: Plan | null = null): Promise<Plan> => {
    const all = edited([], completed([], choices, report.layers), names(report));
    const assignments = assignmentsOf(report.layers, all, found?.assignments ?? null);
    const job = { assignments, found, runtime: 'generic', hardware: profiles['server-cpu'], batch: 1 };
    return worker.call('userPlan', { location, job, ran: report === ran }).then(({ plan }) => plan);
  };
  const bytesOf = (elements: number, bits: number) => Math.ceil((elements * bits) / 8);

  it('is the advice as long as nothing is decided', async () => {
    const plan = await planOf(weights, []);
    expect(plan.assignments.map(({ weight }) => weight)).toEqual(weights.layers.map(({ advice }) => advice!.scheme));
    expect(plan).toMatchObject({ evidence: 'weights', budget: '', solver: { method: 'user' }, predicted: { outputSqnrDb: null } });
  });

  it('counts what every weight then takes', async () => {
    const float = weights.layers.map(({ name }) => ({ layer: name, weight: null }));
    const parameters = weights.layers.reduce((sum, layer) => sum + layer.parameters, 0);
    expect((await planOf(weights, float)).predicted).toMatchObject({
      bytes: bytesOf(parameters, 32),
      effectiveBits: 32,
      weightSqnrDb: null,
    });
    const [first] = weights.layers;
    const eight = float.map((choice) => (choice.layer === first.name ? { ...choice, weight: 'int8/tensor/minmax' } : choice));
    expect((await planOf(weights, eight)).predicted.bytes).toBe(
      bytesOf(first.parameters, 8) + bytesOf(parameters - first.parameters, 32) + 4,
    );
  });

  it('measures what nobody has measured, and a range of the user’s own', async () => {
    const [{ name }] = weights.layers;
    const only = (choice: Choices[number]): Choices => [
      ...weights.layers.map((layer) => ({ layer: layer.name, weight: null })).slice(1),
      choice,
    ];
    const plain = await planOf(weights, only({ layer: name, weight: 'int5/tensor/octav' }));
    expect(plain.predicted.weightSqnrDb).toBeGreaterThan(5);
    const tight = await planOf(weights, only({ layer: name, weight: 'int8/tensor/minmax', weightClip: { lo: -0.01, hi: 0.01 } }));
    const wide = await planOf(weights, only({ layer: name, weight: 'int8/tensor/minmax' }));
    expect(tight.predicted.weightSqnrDb!).toBeLessThan(wide.predicted.weightSqnrDb! - 20);
    expect(tight.assignments[0]).toMatchObject({
      weight: 'int8/tensor/minmax',
      weightClip: { lo: -0.01, hi: 0.01 },
      chosen: ['weight', 'weightClip'],
    });
  });

  it('predicts the outputs of a model that was run, better the more bits there are', async () => {
    const at = async (scheme: string) =>
      (
        await planOf(
          ran,
          ran.layers.map(({ name }) => ({ layer: name, weight: scheme })),
        )
      ).predicted.outputSqnrDb!;
    const [two, four, five, eight] = [
      await at('int2/channel/mse'),
      await at('int4/channel/mse'),
      await at('int5/channel/octav'),
      await at('int8/channel/mse'),
    ];
    expect(two).toBeLessThan(four);
    expect(four).toBeLessThan(five);
    expect(five).toBeLessThan(eight);
  });

  it('is told from other plans by its file, whatever was edited', async () => {
    const schemes = [null, 'int2/channel/mse', 'int8/tensor/minmax', 'bf16', 'mxfp4'];
    const choice = fc.record(
      {
        weight: fc.constantFrom(...schemes),
        activation: fc.constantFrom(null, 'uint8/tensor/minmax', 'uint4/tensor/minmax'),
        weightClip: fc.record({ lo: fc.double({ min: -1, max: 0, noNaN: true }), hi: fc.double({ min: 1e-3, max: 1, noNaN: true }) }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(choice, { maxLength: 5 }), fc.boolean(), async (parts, wasRun) => {
        const report = wasRun ? ran : weights;
        const edit = parts.map((part, i) => ({ layer: report.layers[i].name, ...part }));
        const plan = await planOf(report, edit);
        const text = JSON.stringify(plan);
        expect(violations(JSON.parse(text), schema)).toEqual([]);
        const { file, sha256 } = weights.model;
        // files know no −0
        const written = JSON.parse(text) as Plan;
        expect(readPlan(text, { file, sha256: sha256!, layers: weights.layers }).assignments).toEqual(written.assignments);
      }),
      { numRuns: 12 },
    );
  });

  it('keeps what a found plan says of the layers that nobody touched', async () => {
    const found = {
      ...(await planOf(weights, [])),
      budget: 'bits=8',
      assignments: weights.layers.map(({ name }) => ({
        layer: name,
        weight: 'int8/channel/mse',
        activation: null,
        input: null,
        clip: null,
      })),
    };
    const plan = await planOf(weights, [{ layer: weights.layers[1].name, weight: null }], found);
    expect(plan.assignments.map(({ weight }) => weight)).toEqual(weights.layers.map((_, i) => (i === 1 ? null : 'int8/channel/mse')));
    expect(plan.budget).toBe('bits=8');
  });

  it('is refused for other layers than the model has', async () => {
    const job = { assignments: [], found: null, runtime: 'generic', hardware: profiles['server-cpu'], batch: 1 };
    await expect(worker.call('userPlan', { location, job, ran: false })).rejects.toThrow('open the model again');
  });

  describe('that is run', () => {
    const request = { ...defaultRunSettings, samples: 4 };
    const jobOf = (assignments: readonly Assignment[], found: Plan | null = null) => ({
      assignments,
      found,
      runtime: 'generic',
      hardware: profiles['server-cpu'],
      batch: 1,
    });
    let found: Plan;
    beforeAll(async () => {
      const asked = { budgets: ['bits=4.5'], runtime: 'generic', minimize: 'size' as const };
      const job = { ...asked, hardware: profiles['server-cpu'], batch: 1, run: request };
      const answer = await worker.call('plan', { location, job, cacheFolder: null });
      if (answer.kind !== 'plan') throw new Error(answer.message);
      found = unpackPlan(answer.plan);
    }, 60_000);

    it('does what the same plan did when it was found', async () => {
      const told: unknown[] = [];
      const trial = await worker.call(
        'tryPlan',
        { location, job: jobOf(found.assignments), request, ran: true },
        { onProgress: (progress) => told.push(progress) },
      );
      expect(trial.measured.outputSqnrDb).toBeCloseTo(found.measured!.outputSqnrDb!, 6);
      expect(trial.measured.worst).toEqual(found.measured!.worst);
      expect(trial).toMatchObject({ evidence: 'synthetic', samples: 4 });
      const [int8] = trial.comparisons;
      expect(int8.outputSqnrDb).toBeCloseTo(found.comparisons.find(({ name }) => name === 'int8 everywhere')!.outputSqnrDb!, 6);
      expect(told.at(-1)).toMatchObject({ stage: 'plan', done: 2, total: 2 });
    }, 60_000);

    it('is run with what is done to layers before they are quantized, or refused in one line', async () => {
      const [, second] = found.assignments;
      const means = [0.13];
      const changed = (transforms: Assignment['transforms']) =>
        found.assignments.map((one, i) => (i === 0 ? { ...one, ...(transforms && { transforms }) } : one));
      const trial = (assignments: readonly Assignment[]) =>
        worker.call('tryPlan', { location, job: jobOf(assignments), request, ran: true });
      const measured = async (transforms: Assignment['transforms']) => (await trial(changed(transforms))).measured.outputSqnrDb!;
      const [plain, corrected] = [found.measured!.outputSqnrDb!, await measured([{ transform: 'correct-bias', means }])];
      expect(Math.abs(corrected - plain)).toBeGreaterThan(0.01);
      await expect(trial(changed([{ transform: 'equalize', with: 'nothing' }]))).rejects.toThrow(
        /it cannot be equalized with "nothing": that layer does not follow it/,
      );
      await expect(trial(changed([{ transform: 'correct-bias', means: [1, 2, 3] }]))).rejects.toThrow(
        'correct-bias has means of 3 channels',
      );
      const { plan } = await worker.call('userPlan', {
        location,
        job: jobOf(changed([{ transform: 'equalize', with: second.layer }])),
        ran: true,
      });
      expect(plan.notes).toContain(
        'layers that are equalized, or whose bias is corrected or fitted: 1; what is predicted leaves that out, what is measured does not',
      );
    }, 60_000);

    it('costs at a point of the front what the front says', async () => {
      const inputs = ran.layers.map(({ activationStats }) => activationStats?.input?.value);
      for (const i of [0, Math.floor(found.pareto.length / 2), found.pareto.length - 1]) {
        const assignments = assignmentsAt(found, i, inputs);
        expect(assignments.map(({ activation }) => activation)).toEqual(found.pareto[i].activations);
        const { plan, measured } = await worker.call('userPlan', { location, job: jobOf(assignments, found), ran: true });
        expect(measured).toEqual([]);
        const { bytes, peakActivationBytes, bops, energyPj, seconds } = found.pareto[i];
        expect(plan.predicted).toMatchObject({ bytes, peakActivationBytes, bops, energyPj, seconds });
        expect(plan.costs.activations!.peakBytes).toBe(peakActivationBytes);
      }
    });

    it('is given up when nobody wants it any more', async () => {
      const abort = new AbortController();
      const running = worker.call('tryPlan', { location, job: jobOf(found.assignments), request, ran: true }, { signal: abort.signal });
      abort.abort();
      await expect(running).rejects.toThrow();
    });
  });
});
