import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { PLAN_SCHEMA, type Assignment, type Plan, type Transform } from '../../../src/report/plan.js';
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

/** Assignments of which the first layer has these transforms. */
const transformed = (...transforms: readonly object[]) => ({
  assignments: [assign('/conv1/Conv', { transforms: transforms as readonly Transform[] })],
});

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

  it('keeps what is done to layers before they are quantized', () => {
    const transforms: readonly Transform[] = [
      { transform: 'equalize', with: '/conv2/Conv', ranges: [[-1, 2]] },
      { transform: 'correct-bias', means: [0.5, -0.25], inside: [1, 0.75] },
      { transform: 'fit-bias' },
    ];
    expect(read({ assignments: [assign('/conv1/Conv', { transforms })] }).assignments[0].transforms).toEqual(transforms);
  });

  it('with an infinite mean is refused', () => {
    const text = JSON.stringify({ ...plan, ...transformed({ transform: 'correct-bias', means: [12345] }) }).replace('12345', '1e999');
    expect(() => readPlan(text, model)).toThrow('has means that are not finite numbers');
  });

  it('of any transforms is read or refused in one line', () => {
    const one = fc.record(
      {
        transform: fc.constantFrom('equalize', 'correct-bias', 'fit-bias'),
        with: fc.oneof(fc.string(), fc.constantFrom(...model.layers.map(({ name }) => name)), fc.jsonValue()),
        ranges: fc.jsonValue(),
        means: fc.oneof(fc.array(fc.double()), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(one), (transforms) => {
        try {
          read(transformed(...transforms));
        } catch (error) {
          expect(error).toBeInstanceOf(PlanFileError);
          expect((error as Error).message).not.toContain('\n');
        }
      }),
    );
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
    [transformed({ transform: 'equalise' }), /transforms\[0\].transform is "equalise", not one of/],
    [transformed({ transform: 'equalize' }), /transforms\[0\]: equalize of layer "\/conv1\/Conv" does not say with which layer/],
    [transformed({ transform: 'equalize', with: '/conv1/Conv' }), /is with itself/],
    [
      transformed({ transform: 'equalize', with: '/conv2/Con' }),
      /^assignments\[0\]: layer "\/conv1\/Conv" is equalized with "\/conv2\/Con", which "net.onnx" does not have; the closest names are "\/conv2\/Conv", /,
    ],
    [transformed({ transform: 'equalize', with: '/fc/Gemm', ranges: [[1, 0]] }), /has a range from 1 to 0/],
    [transformed({ transform: 'equalize', with: '/fc/Gemm', ranges: [[1]] }), /ranges\[0\]/],
    [transformed({ transform: 'equalize', with: '/fc/Gemm', means: [1] }), /has "means", which is for another kind of transform/],
    [
      {
        assignments: ['/conv1/Conv', '/conv2/Conv'].map((name) =>
          assign(name, { transforms: [{ transform: 'equalize', with: '/fc/Gemm' }] }),
        ),
      },
      /layer "\/conv2\/Conv" is equalized with "\/fc\/Gemm", and so is "\/conv1\/Conv"/,
    ],
    [
      transformed({ transform: 'correct-bias' }),
      /correct-bias of layer "\/conv1\/Conv" has no "means" of the channels it takes in: run the model/,
    ],
    [transformed({ transform: 'correct-bias', means: [] }), /has means that are not finite numbers/],
    [transformed({ transform: 'correct-bias', means: [1], inside: [2] }), /inside\[0\] is 2, more than 1/],
    [transformed({ transform: 'fit-bias' }, { transform: 'fit-bias' }), /transforms\[1\]: fit-bias of layer .* is there twice/],
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
