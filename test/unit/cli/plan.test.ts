import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { canRun } from '../../../src/analysis/plan/runtimes.js';
import { addPlanCommand } from '../../../src/cli/plan.js';
import type { Plan } from '../../../src/report/plan.js';
import schema from '../../../src/report/plan.schema.json';
import { withModel } from '../../../src/worker/input.js';

const lenet = fileURLToPath(new URL('../../../samples/lenet/lenet5-mnist.onnx', import.meta.url));

let folder: string;
let printed: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'plan-'));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function run(...args: string[]): Promise<string> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addPlanCommand(program, (file, use) => withModel({ path: file }, use));
  await program.parseAsync(['plan', ...args], { from: 'user' });
  return printed;
}

async function planOf(...args: string[]): Promise<Plan> {
  printed = '';
  return JSON.parse(await run(lenet, ...args, '-o', '-')) as Plan;
}

/** Keys that an object of the schema must have. */
function requireKeys(value: object, { required }: { readonly required: readonly string[] }): void {
  expect(Object.keys(value).sort()).toEqual([...required].sort());
}

describe('plan', () => {
  it('writes what its schema describes', async () => {
    const plan = await planOf('--budget', 'bits=4.5');
    const { properties, definitions } = schema;
    requireKeys(plan, schema);
    requireKeys(plan.model, properties.model);
    requireKeys(plan.solver, properties.solver);
    requireKeys(plan.baselines, properties.baselines);
    requireKeys(plan.predicted, definitions.totals);
    for (const assignment of plan.assignments) requireKeys(assignment, properties.assignments.items);
    for (const { weights, ...totals } of plan.pareto) {
      requireKeys(totals, definitions.totals);
      expect(weights).toHaveLength(plan.assignments.length);
    }
    expect(plan.schema).toBe(properties.schema.const);
    expect(properties.runtime.enum).toContain(plan.runtime);
    expect(plan.model.sha256).toMatch(new RegExp(properties.model.properties.sha256.pattern));
  });

  it('keeps the budget, beats int4 everywhere of the same size, and says that nothing was run', async () => {
    const plan = await planOf('--budget', 'bits=4.5');
    expect(plan.predicted.effectiveBits).toBeLessThanOrEqual(4.5);
    const pinned = await planOf('--budget', 'bits=32', '--pin', '*=int4/channel/mse');
    expect(pinned.assignments.map(({ weight }) => weight)).toEqual(plan.assignments.map(() => 'int4/channel/mse'));
    const atItsSize = await planOf('--budget', `size=${pinned.predicted.bytes}`);
    expect(atItsSize.predicted.bytes).toBeLessThanOrEqual(pinned.predicted.bytes);
    expect(atItsSize.predicted.weightSqnrDb).toBeGreaterThanOrEqual(pinned.predicted.weightSqnrDb!);
    expect(plan).toMatchObject({ evidence: 'weights', measured: null, predicted: { outputSqnrDb: null } });
  });

  it('assigns only what the runtime runs', async () => {
    const operators = { '/conv1/Conv': 'Conv', '/conv2/Conv': 'Conv', '/fc1/Gemm': 'Gemm', '/fc2/Gemm': 'Gemm', '/fc3/Gemm': 'Gemm' };
    const { assignments, pareto } = await planOf('--budget', 'bits=6', '--runtime', 'openvino');
    for (const weights of [assignments.map(({ weight }) => weight), ...pareto.map((point) => point.weights)]) {
      weights.forEach((scheme, i) => {
        const operator = operators[assignments[i].layer as keyof typeof operators];
        expect(scheme === null || canRun('openvino', scheme, operator), `${scheme} for ${operator}`).toBe(true);
      });
    }
  });

  it('keeps to pins and bans, the last pin of a layer first', async () => {
    const rules = ['--pin', 'op:Conv=int8/channel/mse', '--pin', '/conv1/*=float', '--forbid', '/fc2/Gemm=int5*'];
    const { assignments } = await planOf('--budget', 'bits=5', ...rules);
    const weightOf = Object.fromEntries(assignments.map(({ layer, weight }) => [layer, weight]));
    expect(weightOf['/conv1/Conv']).toBeNull();
    expect(weightOf['/conv2/Conv']).toBe('int8/channel/mse');
    expect(weightOf['/fc2/Gemm']).not.toMatch(/^int5/);
  });

  it('prints the assignment and the totals beside float32 and int8', async () => {
    const text = await run(lenet, '--budget', 'size=40KiB', '-o', path.join(folder, 'a.precision.json'));
    expect(text).toMatch(
      /^lenet5-mnist.onnx: plan for size=40KiB on any hardware\nEvidence: weights alone; nothing was measured at the outputs/,
    );
    expect(text).toMatch(/^\/fc1\/Gemm +Gemm +48,000 +int\d\/channel\/mse +\d\.\d\d +\d+\.\d$/m);
    expect(text).toMatch(/^float32 +240\.1 KiB +32\.00 +exact/m);
    expect(text).toMatch(/^int8 everywhere +61\.\d KiB/m);
    expect(text).toMatch(/^this plan +(39\.\d|40\.0) KiB/m);
    const written = JSON.parse(await readFile(path.join(folder, 'a.precision.json'), 'utf8')) as Plan;
    expect(written.budget).toBe('size=40KiB');
    expect(await readdir(folder)).toEqual(['a.precision.json']);
  });

  it.each([
    [['--budget', 'bits=1'], /no plan keeps bits=1; the nearest budget that can be kept is bits=2\.\d+$/],
    [['--budget', 'bits=5', '--pin', 'op:Gem=float'], /no layer is named "op:Gem"; did you mean "op:Gemm"\?/],
    [['--budget', 'bits=5', '--pin', 'conv1'], /"conv1" is no rule; write LAYER=SCHEME/],
    [['--budget', 'bits=5', '--pin', '/fc1/Gemm=int9000'], /format "int9000"/],
    [['--budget', 'bits=5', '--forbid', '/fc1/Gemm=*'], /layer "\/fc1\/Gemm" has no scheme left; forbid fewer/],
    [
      ['--budget', 'bits=5', '--runtime', 'tflite', '--pin', '/fc1/Gemm=int8/channel/mse'],
      /cannot be pinned to int8\/channel\/mse: LiteRT \(TensorFlow Lite\) takes int8\/tensor\/mse$/,
    ],
    [['--budget', 'bits=5', '-o', lenet], /is the model itself; write the plan to another file/],
    [['--budget', 'bits=5', '--runtime', 'abacus'], /Allowed choices are generic, onnxruntime/],
    [[], /required option '--budget <budget>' not specified/],
  ])('refuses %j', async (args, message) => {
    const before = await readFile(lenet);
    await expect(run(lenet, ...args)).rejects.toThrow(message);
    expect((await readFile(lenet)).equals(before)).toBe(true);
    expect(printed).toBe('');
  });
});
