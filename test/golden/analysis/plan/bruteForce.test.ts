import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseBudget } from '../../../../src/analysis/plan/budget.js';
import { planModel, type PlanOptions } from '../../../../src/analysis/plan/planModel.js';
import { profiles } from '../../../../src/analysis/plan/profiles.js';
import { localEngine } from '../../../../src/engine/index.js';
import { syntheticInputs } from '../../../../src/engine/inputs/index.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { defaultRunSettings } from '../../../../src/report/runSettings.js';
import type { Report } from '../../../../src/report/types.js';
import { startBench } from '../../../unit/engine/bench.js';
import { floats, modelBytes, wave } from '../../../unit/exporters/qdq/build.js';

/** Plans of six layers against every assignment that there is. */

const sizes = [12, 20, 16, 8, 24, 10, 6];
const names = ['fc1', 'fc2', 'fc3', 'fc4', 'fc5', 'fc6'];
const model = modelBytes({
  nodes: names.flatMap((name, i) => [
    { op: 'Gemm', inputs: [i === 0 ? 'x' : `h${i}`, `w${i}`, `b${i}`], outputs: [`y${i}`], name },
    ...(i < 5 ? [{ op: 'Tanh', inputs: [`y${i}`], outputs: [`h${i + 1}`], name: `tanh${i}` }] : []),
  ]),
  constants: Object.fromEntries(
    names.flatMap((_, i) => [
      [`w${i}`, floats([sizes[i], sizes[i + 1]], wave(sizes[i] * sizes[i + 1], 1.3 + i).map((v) => (v * [1, 3, 0.5, 2, 1, 0.7][i]) / 4))],
      [`b${i}`, floats([sizes[i + 1]], wave(sizes[i + 1], i))],
    ]),
  ),
  inputs: { x: { shape: [1, sizes[0]] } },
  outputs: ['y5'],
});

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'brute-'));
  file = path.join(folder, 'six.onnx');
  await writeFile(file, model);
});
afterAll(() => rm(folder, { recursive: true }));

/** Widths that are left when the rest is forbidden. */
const widths = [3, 4, 6];
const schemes = widths.map((bits) => `int${bits}/channel/mse`);
const forbidden = ['*minmax', 'int2*', 'int5*', 'int7*', 'int8*', 'fp16', 'float', 'uint*'];
const settings = { ...defaultRunSettings, samples: 16, seed: 3 };

async function plan(budget: string, runs: boolean) {
  const options: PlanOptions = {
    budgets: [parseBudget(budget)],
    runtime: 'generic',
    weightRules: { pins: [], forbids: forbidden.map((scheme) => ({ pattern: '*', scheme })) },
    activationRules: { pins: [], forbids: [] },
    hardware: profiles['server-cpu'],
    batch: 1,
    floatCurve: null,
    run: runs ? { settings, place: { path: file }, startEngine: localEngine, processes: 1, cacheFolder: null } : null,
  };
  const input = { source: memorySource(model), siblings: () => Promise.reject(new Error('nothing beside')), file: 'six.onnx' };
  return planModel(input, options, () => undefined, new AbortController().signal);
}

/** Every assignment of the three widths to the six layers within so many bits of storage. */
function* assignments({ layers }: Report, most: number): Generator<readonly string[]> {
  const bitsOf = (i: number, scheme: string): number =>
    Math.round(layers[i].errors.find((error) => error.target === 'weight' && error.scheme === scheme)!.effectiveBits * layers[i].parameters);
  for (let code = 0; code < schemes.length ** names.length; code++) {
    const taken = names.map((_, i) => schemes[Math.floor(code / schemes.length ** i) % schemes.length]);
    if (taken.reduce((sum, scheme, i) => sum + bitsOf(i, scheme), 0) <= most) yield taken;
  }
}

const parameters = names.reduce((sum, _, i) => sum + sizes[i] * sizes[i + 1], 0);

test.each([6.9, 7.3, 7.7, 8])('from the weights alone nothing is better than the plan for %d bits', async (bits) => {
  const { plan: found, report } = await plan(`bits=${bits}`, false);
  const noise = (i: number, scheme: string): number => 10 ** (-report.layers[i].errors.find((error) => error.scheme === scheme)!.sqnrDb! / 10);
  const all = [...assignments(report, bits * parameters)];
  expect(all.length).toBeGreaterThan(20);
  expect(all.length).toBeLessThan(729);
  const least = Math.min(...all.map((taken) => taken.reduce((sum, scheme, i) => sum + noise(i, scheme), 0)));
  expect(found.solver.method).toBe('exact');
  expect(found.solver.loss / least).toBeCloseTo(1, 6);
  expect(found.assignments.reduce((sum, { weight }, i) => sum + noise(i, weight!), 0) / least).toBeCloseTo(1, 6);
});

test('with a run the plan is among the best of all assignments as they run', async () => {
  const budget = 7.5;
  const { plan: found, report } = await plan(`bits=${budget}`, true);
  const bench = await startBench(file, (opened) => syntheticInputs(opened.inputs, settings), { samples: settings.samples });
  const measured: number[] = [];
  for (const taken of assignments(report, budget * parameters)) {
    const quantized = taken.map((weight, layer) => ({ layer, weight, activation: null }));
    measured.push((await bench.call('plan', { quantized })).difference.outputs[0].sqnrDb!);
  }
  const best = Math.max(...measured);
  expect(found.measured!.outputSqnrDb!).toBeLessThanOrEqual(best + 1e-6);
  expect(found.measured!.outputSqnrDb!).toBeGreaterThan(best - 0.2);
});
