import { readFile, readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { canRun } from '../../../src/analysis/plan/runtimes.js';
import { addPlanCommand } from '../../../src/cli/plan.js';
import type { Plan } from '../../../src/report/plan.js';
import { violations, type JsonSchema } from '../../../src/report/jsonSchema.js';
import schema from '../../../src/report/plan.schema.json';
import { readPlan } from '../../../src/report/readPlan.js';
import { lenet, terminal } from './terminal.js';

const cli = terminal(addPlanCommand);
const run = (...args: string[]): Promise<string> => cli.run('plan', ...args);

async function planOf(...args: string[]): Promise<Plan> {
  return JSON.parse(await run(lenet, ...args, '-o', '-')) as Plan;
}

/** A schema that refuses all that it does not name; parts that hold together are put into one. */
function strict(part: JsonSchema): JsonSchema {
  if (part.$ref !== undefined) return strict(schema.definitions[part.$ref.replace('#/definitions/', '') as 'totals']);
  if (part.allOf) {
    const parts = part.allOf.map(strict);
    return {
      type: 'object',
      additionalProperties: false,
      required: parts.flatMap(({ required = [] }) => required),
      properties: Object.assign({}, ...parts.map(({ properties }) => properties)) as Record<string, JsonSchema>,
    };
  }
  const { items, properties, ...rest } = part;
  return {
    ...rest,
    ...(items ? { items: strict(items) } : {}),
    ...(properties
      ? {
          additionalProperties: false,
          properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, strict(inner)])),
        }
      : {}),
  };
}

describe('plan', () => {
  it('writes what its schema describes', async () => {
    const plan = await planOf('--budget', 'bits=4.5', '--batch', '3');
    expect(violations(plan, strict(schema as JsonSchema))).toEqual([]);
    expect(plan.costs.layers).toHaveLength(plan.assignments.length);
    expect(plan.costs.batches.map(({ batch }) => batch)).toEqual([1, 3, 8, 32, 128]);
    for (const { weights, activations } of plan.pareto) expect([weights.length, activations.length]).toEqual([5, 5]);
  });

  it('can be read again', async () => {
    const file = cli.at('a.precision.json');
    await run(lenet, '--budget', 'bits=4.5', '-o', file);
    const text = await readFile(file, 'utf8');
    const written = JSON.parse(text) as Plan;
    const model = {
      file: 'lenet5-mnist.onnx',
      sha256: written.model.sha256!,
      layers: written.assignments.map(({ layer }) => ({ name: layer })),
    };
    expect(readPlan(text, model)).toEqual(written);
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
    const text = await run(lenet, '--budget', 'size=40KiB', '-o', cli.at('a.precision.json'));
    expect(text).toMatch(
      /^lenet5-mnist.onnx: plan for size=40KiB on any hardware\nEvidence: weights alone; nothing was measured at the outputs/,
    );
    expect(text).toMatch(/^\/fc1\/Gemm +Gemm +48,000 +u?int\d\/channel\/mse +\d\.\d\d +\d+\.\d$/m);
    expect(text).toMatch(/^float32 +240\.1 KiB +32\.00 +exact/m);
    expect(text).toMatch(/^int8 everywhere +61\.\d KiB/m);
    expect(text).toMatch(/^this plan +(39\.\d|40\.0) KiB/m);
    const written = JSON.parse(await readFile(cli.at('a.precision.json'), 'utf8')) as Plan;
    expect(written.budget).toBe('size=40KiB');
    expect(await readdir(cli.folder)).toEqual(['a.precision.json']);
  });

  it('prints what each layer costs when asked to, on the machine that is named or described', async () => {
    const plain = await run(lenet, '--budget', 'bits=5');
    expect(plain).not.toMatch(/MACs/);
    const text = await run(lenet, '--budget', 'bits=5', '--details', '--profile', 'gpu', '--batch', '4');
    expect(text).toMatch(/^Estimates for batches of 4 on NVIDIA A100 40 GB \(NVIDIA A100 Tensor Core GPU Architecture/m);
    expect(text).toMatch(/^\/conv1\/Conv +\d+ B +470,400 .* memory +18 × +\d/m);
    expect(text).toMatch(
      /^batch 32: activations 735.0 KiB at their peak, 814.8 KiB of outputs kept for training, 77.2 % of weights and outputs$/m,
    );
    expect(text).toMatch(/^Most is held while \/MaxPool runs/m);
    expect(text).toMatch(/^Bytes moved: .*with operators fused/m);

    const file = cli.at('machine.json');
    await writeFile(
      file,
      JSON.stringify({ name: 'a slow one', source: 'a test', peak: { integer: {}, float: { '32': 1e6 } }, bandwidth: 1e9 }),
    );
    expect(await run(lenet, '--budget', 'bits=5', '--profile', file)).toMatch(/rooflines of a slow one/);
  });

  it('counts energy with constants from a file, and says so', async () => {
    const file = cli.at('energy.json');
    await writeFile(file, JSON.stringify({ dram: 1280 }));
    const plain = await planOf('--budget', 'bits=5');
    const changed = await planOf('--budget', 'bits=5', '--energy', file);
    expect(changed.predicted.energyParts!.dram).toBeCloseTo(2 * plain.predicted.energyParts!.dram, 3);
    expect(changed.costs.energySource).toMatch(/Horowitz.*; dram changed$/);
    await writeFile(file, '{"drams": 1}');
    await expect(planOf('--budget', 'bits=5', '--energy', file)).rejects.toThrow(
      /energy\.json: damaged energy constants: the whole has "drams"/,
    );
  });

  it('is a gate: what it gives of the weights must not be below', async () => {
    const exit = process.exitCode;
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await run(lenet, '--budget', 'bits=4.5', '--fail-below', '10');
    expect(process.exitCode).toBe(exit);
    await run(lenet, '--budget', 'bits=4.5', '--fail-below', '40');
    expect(process.exitCode).toBe(1);
    expect(said.mock.calls.flat().join('')).toMatch(/^gate: predicted SQNR of the weights is \d+\.\d dB, below 40 dB\n$/);
    process.exitCode = exit;
  });

  it.each([
    [['--budget', 'bits=1'], /no plan keeps bits=1; the nearest budget that can be kept is bits=2\.\d+$/],
    [['--budget', 'bits=5', '--pin', 'op:Gem=float'], /no layer is named "op:Gem"; did you mean "op:Gemm"\?/],
    [['--budget', 'bits=5', '--pin', 'conv1'], /"conv1" is no rule; write LAYER=SCHEME/],
    [['--budget', 'bits=5', '--pin', '/fc1/Gemm=int9000'], /format "int9000"/],
    [['--budget', 'bits=5', '--forbid', '/fc1/Gemm=*'], /layer "\/fc1\/Gemm" has no scheme left; forbid fewer/],
    [
      ['--budget', 'bits=5', '--runtime', 'tflite', '--pin', '/fc1/Gemm=int8/channel/mse'],
      /cannot be pinned to int8\/channel\/mse: LiteRT \(TensorFlow Lite\) takes int8\/tensor\/mse, int8\/tensor\/minmax$/,
    ],
    [['--budget', 'bits=5', '--budget', 'size=5'], /budgets bits=5 and size=5 cannot be kept together/],
    [['--budget', 'drop=1'], /drop=1 is a floor of accuracy: give --inputs with --labels/],
    [['--budget', 'activations=1KiB'], /can be kept is activations=\d+; activations stay float32 unless the model is run/],
    [['--budget', 'bits=5', '--pin-activation', 'op:Conv=uint8/tensor'], /activations are planned when the model is run: give --inputs/],
    [['--budget', 'bits=5', '--profile', 'abacus'], /there is no profile "abacus"; name phone-dsp, mcu, server-cpu, gpu, or a JSON file/],
    [['--budget', 'bits=5', '--profile', lenet], /lenet5-mnist.onnx: not a profile: /],
    [['--budget', 'bits=5', '--float-curve', lenet], /lenet5-mnist.onnx: /],
    [['--budget', 'time=1ms', '--profile', 'phone-dsp'], /has no arithmetic for some layer as it may be stored/],
    [['--budget', 'bits=5', '-o', lenet], /belongs to the model that is open; write to another file/],
    [['--budget', 'bits=5', '--runtime', 'abacus'], /Allowed choices are generic, onnxruntime/],
    [[], /required option '--budget <budget>' not specified/],
  ])('refuses %j', async (args, message) => {
    const before = await readFile(lenet);
    await expect(run(lenet, ...args)).rejects.toThrow(message);
    expect((await readFile(lenet)).equals(before)).toBe(true);
    expect(cli.printed).toBe('');
  });
});
