import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlanOf, planFileName, backupText, readBackup, readDraft } from '../../../src/extension/editor/planFile.js';
import { assignmentsOf, type Choices } from '../../../src/report/choices.js';
import { PLAN_SCHEMA, type Assignment, type Plan } from '../../../src/report/plan.js';
import { layer } from './reports.js';

const sha256 = 'a'.repeat(64);
const layers = ['a', 'b'].map((name) => layer(name, {}));
const model = { file: 'lenet.onnx', sha256, layers };

const totals = {
  outputSqnrDb: null,
  weightSqnrDb: null,
  bytes: 0,
  effectiveBits: 0,
  peakActivationBytes: null,
  bops: null,
  energyPj: null,
  energyParts: null,
  seconds: null,
};

const plan = (assignments: readonly Assignment[], budget: string): Plan => ({
  schema: PLAN_SCHEMA,
  tool: { version: '0.1.0' },
  model: { file: 'lenet.onnx', sha256, parameters: 8 },
  evidence: 'weights',
  samples: 0,
  runtime: 'generic',
  budget,
  assignments,
  predicted: totals,
  measured: null,
  notes: [],
  solver: { method: 'user', loss: 0, greedyLoss: 0, bound: 0 },
  baselines: { float32: totals, int8: totals },
  comparisons: [],
  compression: { ratio: 1, effectiveRatio: null },
  costs: { profile: { name: '', source: '' }, energySource: '', batch: 1, layers: [], activations: null, moved: null, batches: [] },
  pareto: [],
});

const chosen: Choices = [{ layer: 'a', weight: null, weightClip: { lo: -1, hi: 2 } }];

describe('the file of a plan', () => {
  it.each([
    ['lenet.onnx', 'lenet.precision.json'],
    ['v1.2.onnx', 'v1.2.precision.json'],
    ['.onnx', '.precision.json'],
    ['model', 'model.precision.json'],
  ])('of %s is %s', (file, name) => {
    expect(planFileName(file)).toBe(name);
  });

  it('gives back what the user decided, over the advice', () => {
    const text = JSON.stringify(plan(assignmentsOf(layers, chosen, null), ''));
    expect(readDraft(text, model)).toEqual({ choices: chosen, found: null });
  });

  it('gives back what was found for a budget, and the advice under what the user decided', () => {
    const found = ['a', 'b'].map((name) => ({ layer: name, weight: 'int8/channel/mse', activation: null, input: null, clip: null }));
    const draft = readDraft(JSON.stringify(plan(assignmentsOf(layers, chosen, found), 'bits=8')), model);
    expect(draft.choices).toEqual(chosen);
    expect(draft.found!.assignments).toEqual([{ ...found[0], weight: 'int4/channel/mse' }, found[1]]);
  });

  it('of another model is refused with both names', () => {
    const text = JSON.stringify(plan([], ''));
    expect(() => readDraft(text, { ...model, sha256: 'b'.repeat(64) })).toThrow('another version of "lenet.onnx"');
  });

  it('is known for one of a model by schema and hash', () => {
    const text = JSON.stringify(plan([], ''));
    expect(isPlanOf(text, sha256)).toBe(true);
    expect(isPlanOf(text, 'b'.repeat(64))).toBe(false);
    for (const other of ['', 'null', '[]', '{"schema":"other"}']) expect(isPlanOf(other, sha256)).toBe(false);
  });
});

describe('what is kept over a restart', () => {
  it('comes back as it was', () => {
    const draft = { choices: chosen, found: plan([], 'bits=8') };
    expect(readBackup(backupText(draft))).toEqual(draft);
    const points = [
      { weights: ['int8/channel/mse', null], activations: [null, 'uint8/tensor/minmax'] },
      { weights: ['int4/channel/mse', 'int8/channel/mse'], activations: [null, null] },
    ];
    const found = plan(assignmentsOf(layers, chosen, null), 'bits=8');
    const pareto = points.map((point) => ({ ...found.predicted, ...point }));
    expect(readBackup(backupText({ choices: [], found: { ...found, pareto } }))).toEqual({ choices: [], found: { ...found, pareto } });
  });

  it('is nothing where it is damaged', () => {
    fc.assert(
      fc.property(fc.nat(200), (length) => {
        expect(readBackup(backupText({ choices: chosen, found: null }).slice(0, -1 - length))).toBeNull();
      }),
    );
    expect(readBackup('{"choices":[7,{"layer":"a"}],"found":null}')).toEqual({ choices: [], found: null });
  });
});
