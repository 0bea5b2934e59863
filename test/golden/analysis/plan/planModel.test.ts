import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseBudget } from '../../../../src/analysis/plan/budget.js';
import { planModel, type PlanOptions } from '../../../../src/analysis/plan/planModel.js';
import { profiles } from '../../../../src/analysis/plan/profiles.js';
import { runtimeNames } from '../../../../src/analysis/plan/runtimes.js';
import { localEngine } from '../../../../src/engine/index.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { openModel } from '../../../../src/model/open.js';
import { readPlan } from '../../../../src/report/readPlan.js';
import { defaultRunSettings } from '../../../../src/report/runSettings.js';

const LENET = 'samples/lenet/lenet5-mnist.onnx';
const RESNET = 'samples/resnet-fashion/resnet20-fashion.onnx';
const nothingBeside = () => Promise.reject(new Error('there is nothing beside the model'));

async function plan(file: string, budgets: readonly string[], more: Partial<PlanOptions> = {}, samples = 24) {
  const folder = file === LENET ? 'samples/lenet' : 'samples/fashion';
  const settings = { ...defaultRunSettings, inputs: `${folder}/test-images.npz`, labels: `${folder}/test-labels.npy`, samples };
  const source = memorySource(await readFile(file));
  const options: PlanOptions = {
    budgets: budgets.map((text) => parseBudget(text)),
    runtime: 'generic',
    weightRules: { pins: [], forbids: [] },
    activationRules: { pins: [], forbids: [] },
    hardware: profiles['server-cpu'],
    batch: 1,
    floatCurve: null,
    run: { settings, place: { path: file }, startEngine: localEngine, processes: 1, cacheFolder: null },
    ...more,
  };
  const input = { source, siblings: nothingBeside, file: path.basename(file) };
  return planModel(input, options, () => undefined, new AbortController().signal);
}

const named = (comparisons: Awaited<ReturnType<typeof plan>>['plan']['comparisons'], name: RegExp) => comparisons.find((one) => name.test(one.name))!;

test('the plan does what it was predicted to do, and more than what a user would try first', async () => {
  const { plan: found } = await plan(LENET, ['bits=4.5']);
  const { measured, predicted, comparisons } = found;
  expect(found).toMatchObject({ evidence: 'data', samples: 24 });
  expect(predicted.effectiveBits).toBeLessThanOrEqual(4.5);
  expect(Math.abs(predicted.outputSqnrDb! - measured!.outputSqnrDb!)).toBeLessThan(3);
  expect(measured!.kl).toBeGreaterThan(0);
  expect(measured!.accuracy).toBeGreaterThan(0.8);
  expect(measured!.worst!.accumulatedSqnrDb).toBeGreaterThan(10);
  expect(comparisons.map(({ name }) => name)).toEqual([
    'int8 everywhere',
    'int4 everywhere, in its own bytes',
    'int4 everywhere, some layers wider',
    'the same, min-max',
    'first and last layer int8, int4 between',
    'greedily by SQNR of the weights',
  ]);
  for (const { bytes, outputSqnrDb } of comparisons.slice(1)) {
    expect(bytes).toBeLessThanOrEqual(predicted.bytes);
    expect(outputSqnrDb!).toBeLessThan(measured!.outputSqnrDb!);
  }
  expect(named(comparisons, /^int8/).outputSqnrDb!).toBeGreaterThan(measured!.outputSqnrDb!);
});

test('a plan that misses its prediction is corrected, and is better for it', async () => {
  const { plan: found } = await plan(RESNET, ['bits=3'], {}, 16);
  const { measured, predicted, notes, comparisons } = found;
  expect(measured!.rounds).toBeGreaterThan(0);
  const [, first] = /predicted [\d.]+ dB and gave ([\d.]+) dB/.exec(notes[0])!;
  expect(measured!.outputSqnrDb!).toBeGreaterThan(Number(first) + 2);
  expect(Math.abs(predicted.outputSqnrDb! - measured!.outputSqnrDb!)).toBeLessThan(3);
  expect(measured!.outputSqnrDb!).toBeGreaterThan(named(comparisons, /^greedily/).outputSqnrDb!);
});

test('activations get their own widths, a range each, and are stored in them', async () => {
  const { plan: found, report } = await plan(LENET, ['activations=6KiB', 'bits=6']);
  const { predicted, assignments, measured, baselines } = found;
  expect(predicted.peakActivationBytes).toBeLessThanOrEqual(6 * 1024);
  expect(predicted.effectiveBits).toBeLessThanOrEqual(6);
  expect(baselines.float32.peakActivationBytes).toBe(4 * (6 * 28 * 28 + 6 * 14 * 14));
  const quantized = assignments.filter(({ activation }) => activation !== null);
  expect(quantized.length).toBeGreaterThan(0);
  for (const { layer, input, clip } of quantized) {
    const { activationStats } = report.layers.find(({ name }) => name === layer)!;
    expect(input).toBe(activationStats!.input!.value);
    expect(clip!.lo).toBeLessThanOrEqual(0);
    expect(clip!.hi).toBeLessThanOrEqual(activationStats!.input!.max * 1.01);
    expect(clip!.hi).toBeGreaterThan(0);
  }
  expect(measured!.outputSqnrDb!).toBeGreaterThan(10);
});

test.each(['bops=60M', 'energy=9uJ', 'time=0.3us'])('a budget of %s is spent on weights and activations together', async (text) => {
  const { plan: found } = await plan(LENET, [text], {}, 8);
  const limit = parseBudget(text);
  const spent = { bops: found.predicted.bops, energy: found.predicted.energyPj, time: found.predicted.seconds }[limit.kind as 'bops'];
  expect(spent).toBeLessThanOrEqual(limit.limit);
  expect(found.assignments.some(({ activation }) => activation !== null)).toBe(true);
  expect(found.measured!.outputSqnrDb!).toBeGreaterThan(15);
});

test('pins and bans hold for activations too', async () => {
  const rules = {
    pins: [{ pattern: 'op:Gemm', scheme: 'uint8/tensor/minmax' }],
    forbids: [{ pattern: 'op:Conv', scheme: 'float' }],
  };
  const { plan: found } = await plan(LENET, ['bits=5'], { activationRules: rules }, 8);
  const [conv1, conv2, ...gemms] = found.assignments;
  expect([conv1, conv2].every(({ activation }) => activation !== null)).toBe(true);
  expect(gemms.map(({ activation }) => activation)).toEqual(gemms.map(() => 'uint8/tensor/minmax'));
});

test('an accuracy to keep gives the smallest plan that keeps it; a curve of float models tells what that is worth', async () => {
  const curve = [
    { accuracy: 0.5, bits: 8 * 20_000 },
    { accuracy: 1, bits: 8 * 400_000 },
  ];
  const { plan: found } = await plan(LENET, ['drop=2'], { floatCurve: curve }, 100);
  expect(found.measured!.accuracyDrop).toBeLessThanOrEqual(0.02);
  expect(found.predicted.effectiveBits).toBeLessThan(5);
  const { ratio, effectiveRatio } = found.compression;
  const equal = 20_000 * 20 ** ((found.measured!.accuracy! - 0.5) / 0.5);
  expect(effectiveRatio).toBeCloseTo(equal / found.predicted.bytes, 1);
  expect(ratio).toBeCloseTo(found.baselines.float32.bytes / found.predicted.bytes, 1);
});

test.each(runtimeNames)('plans for %s can be read again for the same model', async (runtime) => {
  const { plan: found, report } = await plan(LENET, ['bops=100M'], { runtime }, 8);
  const model = await openModel(memorySource(await readFile(LENET)), nothingBeside);
  const read = readPlan(JSON.stringify(found), { file: 'lenet5-mnist.onnx', sha256: report.model.sha256!, layers: model.layers });
  expect(read).toEqual(found);
});

test('every sample is planned with its activations, whatever it is made of', async () => {
  for (const name of ['mobilenet-fashion/mobilenetv2-fashion', 'lstm-fashion/lstm-fashion', 'vit-fashion/vit-fashion']) {
    const { plan: found } = await plan(`samples/${name}.onnx`, ['bits=6'], { activationRules: { pins: [], forbids: [{ pattern: '*', scheme: 'float' }] } }, 4);
    expect(found.assignments.filter(({ activation }) => activation !== null).length, name).toBeGreaterThan(1);
    expect(found.measured!.outputSqnrDb!, name).toBeGreaterThan(15);
  }
});
