import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { PLAN_SCHEMA, type Assignment, type Plan } from '../../../src/report/plan.js';
import { PlanFileError, readPlan } from '../../../src/report/readPlan.js';

const model = { file: 'net.onnx', sha256: 'ab'.repeat(32), layers: ['/conv1/Conv', '/conv2/Conv', '/fc/Gemm'].map((name) => ({ name })) };

const totals = {
  outputSqnrDb: null,
  weightSqnrDb: 30,
  bytes: 10,
  effectiveBits: 4,
  peakActivationBytes: null,
  bops: null,
  energyPj: null,
  energyParts: null,
  seconds: null,
};

const assign = (layer: string, more: Partial<Assignment> = {}): Assignment => ({
  layer,
  weight: 'int4/channel/mse',
  activation: null,
  input: null,
  clip: null,
  ...more,
});

const plan: Plan = {
  schema: PLAN_SCHEMA,
  tool: { version: '1.0.0' },
  model: { file: model.file, sha256: model.sha256, parameters: 20 },
  evidence: 'weights',
  samples: 0,
  runtime: 'generic',
  budget: 'bits=4',
  assignments: model.layers.map(({ name }) => assign(name)),
  predicted: totals,
  measured: null,
  notes: [],
  solver: { method: 'exact', loss: 1, greedyLoss: 1, bound: 1 },
  baselines: { float32: totals, int8: totals },
  comparisons: [],
  compression: { ratio: 7, effectiveRatio: null },
  costs: {
    profile: { name: 'a machine', source: 'a test' },
    energySource: 'a test',
    batch: 1,
    layers: [],
    activations: null,
    moved: null,
    batches: [],
  },
  pareto: [],
};

const read = (changed: object) => readPlan(JSON.stringify({ ...plan, ...changed }), model);

describe('a plan file', () => {
  it('comes back as it was written', () => {
    expect(read({})).toEqual(plan);
  });

  it('gets the order of the model, and leaves layers it does not name as they are', () => {
    const { assignments } = read({ assignments: [assign('/fc/Gemm', { weight: 'int8/tensor' }), assign('/conv1/Conv')] });
    expect(assignments.map(({ layer, weight }) => [layer, weight])).toEqual([
      ['/conv1/Conv', 'int4/channel/mse'],
      ['/conv2/Conv', null],
      ['/fc/Gemm', 'int8/tensor/minmax'],
    ]);
  });

  it('for a model of unknown hash goes by the names of layers', () => {
    expect(read({ model: { ...plan.model, sha256: null } }).assignments).toHaveLength(3);
  });

  it.each([
    [
      { model: { ...plan.model, file: 'other.onnx', sha256: '0'.repeat(64) } },
      /^the plan is for "other.onnx" \(SHA-256 000000000000…\), and/,
    ],
    [{ model: { ...plan.model, sha256: '0'.repeat(64) } }, /^the plan is for another version of "net.onnx".*; plan this model anew$/],
    [
      { assignments: [assign('/conv3/Conv')] },
      /^assignments\[0\] is for layer "\/conv3\/Conv", which "net.onnx" does not have; the closest names are "\/conv1\/Conv", "\/conv2\/Conv", "\/fc\/Gemm"$/,
    ],
    [{ assignments: [assign('/fc/Gemm'), assign('/fc/Gemm')] }, /layer "\/fc\/Gemm" is assigned twice/],
    [{ assignments: [assign('/fc/Gemm', { weight: 'int4/chanel' })] }, /assignments\[0\].weight: .*did you mean "channel"/],
    [{ assignments: [{ ...assign('/fc/Gemm'), weight: 7 }] }, /assignments\[0\].weight is 7, not string or null/],
    [{ assignments: [{ ...assign('/fc/Gemm'), wieght: null }] }, /assignments\[0\] has "wieght", which does not belong there/],
    [{ assignments: [{ layer: '/fc/Gemm' }] }, /assignments\[0\] lacks "weight" \(and 3 more\)/],
    [{ assignments: [assign('/fc/Gemm', { activation: 'uint8/tensor' })] }, /needs activation, input and clip together/],
    [
      { assignments: [assign('/fc/Gemm', { activation: 'uint8/tensor', input: 'x', clip: { lo: 1, hi: 0 } })] },
      /assignments\[0\].clip is from 1 to 0/,
    ],
    [{ schema: 'precision-lens/report@1' }, /its schema is "precision-lens\/report@1", not "precision-lens\/plan@1"/],
    [{ schema: undefined }, /it names no schema/],
    [{ evidence: 'hearsay' }, /evidence is "hearsay", not one of "weights", "synthetic", "data"/],
    [{ pareto: [{ ...totals }] }, /pareto\[0\] lacks "weights"/],
    [{ predicted: { ...totals, bytes: -1 } }, /predicted.bytes is -1, less than 0/],
  ])('is refused with %j', (changed, message) => {
    expect(() => read(changed)).toThrow(PlanFileError);
    expect(() => read(changed)).toThrow(message);
  });

  test.each(['', '{', 'null', '[]', '"plan"', '{"schema":1}'])('is refused where the text is %j', (text) => {
    expect(() => readPlan(text, model)).toThrow(PlanFileError);
  });

  it('of any JSON is read or refused in one line', () => {
    const field = fc.constantFrom(...Object.keys(plan));
    fc.assert(
      fc.property(field, fc.jsonValue(), (key, value) => {
        try {
          read({ [key]: value });
        } catch (error) {
          expect(error).toBeInstanceOf(PlanFileError);
          expect((error as Error).message).not.toContain('\n');
        }
      }),
    );
  });
});
