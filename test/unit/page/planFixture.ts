import { PLAN_SCHEMA, type Assignment, type LayerCosts, type ParetoPoint, type Plan, type Totals } from '../../../src/report/plan.js';

export const totals = (more: Partial<Totals> = {}): Totals => ({
  outputSqnrDb: 30,
  weightSqnrDb: 28,
  bytes: 1000,
  effectiveBits: 4.5,
  peakActivationBytes: 2048,
  bops: 1e6,
  energyPj: 600,
  energyParts: { arithmetic: 100, sram: 200, dram: 300 },
  seconds: 2e-6,
  ...more,
});

export const assignment = (layer: string, weight: string | null, more: Partial<Assignment> = {}): Assignment => ({
  layer,
  weight,
  activation: null,
  input: null,
  clip: null,
  ...more,
});

export const costs = (layer: string, more: Partial<LayerCosts> = {}): LayerCosts => ({
  layer,
  weightBytes: 100,
  macs: 1000,
  bops: 1e6,
  energyPj: 100,
  energyParts: { arithmetic: 10, sram: 20, dram: 70 },
  bytesMoved: 200,
  intensity: 5,
  seconds: 1e-6,
  bound: 'memory',
  binary: null,
  ...more,
});

export const point = (weights: ParetoPoint['weights'], more: Partial<ParetoPoint> = {}): ParetoPoint => ({
  ...totals(),
  weights,
  activations: weights.map(() => null),
  ...more,
});

/** A plan for two layers on inputs of the user; the first takes in what was quantized. */
export const plan = (more: Partial<Plan> = {}): Plan => ({
  schema: PLAN_SCHEMA,
  tool: { version: '0.0.0' },
  model: { file: 'm.onnx', sha256: null, parameters: 100 },
  evidence: 'data',
  samples: 64,
  runtime: 'generic',
  budget: 'bits=4.5',
  assignments: [
    assignment('conv', 'int4/channel/mse', { activation: 'uint8/tensor/mse', input: 'x', clip: { lo: 0, hi: 6 } }),
    assignment('fc', 'int5/channel/mse'),
  ],
  predicted: totals(),
  measured: {
    outputSqnrDb: 29,
    kl: null,
    top1Agreement: 0.95,
    accuracy: 0.9,
    accuracyInterval: [0.8, 0.95],
    accuracyDrop: 0.02,
    worst: { layer: 'fc', accumulatedSqnrDb: 27 },
    rounds: 0,
  },
  notes: ['It was corrected once.'],
  solver: { method: 'exact', loss: 1e-3, greedyLoss: 1.1e-3, bound: 1e-3 },
  baselines: {
    float32: totals({
      outputSqnrDb: null,
      weightSqnrDb: null,
      bytes: 8000,
      effectiveBits: 32,
      bops: 1e9,
      energyPj: 6000,
      energyParts: { arithmetic: 1000, sram: 2000, dram: 3000 },
    }),
    int8: totals({ outputSqnrDb: 44, bytes: 2000, effectiveBits: 8 }),
  },
  comparisons: [
    {
      name: 'int4 everywhere',
      outputSqnrDb: 24,
      kl: null,
      top1Agreement: 0.9,
      accuracy: 0.85,
      accuracyInterval: null,
      accuracyDrop: 0.07,
      bytes: 900,
      effectiveBits: 4.1,
    },
  ],
  compression: { ratio: 7, effectiveRatio: null },
  costs: {
    profile: {
      name: 'a machine',
      source: 'its maker',
      bandwidth: 1e11,
      peak: { integer: { '8': 4e12, '16': 1e12 }, float: { '32': 1e12 } },
    },
    energySource: 'Horowitz',
    batch: 1,
    layers: [costs('conv', { bound: 'compute', seconds: 3e-6 }), costs('fc')],
    activations: { peakBytes: 2048, node: 'relu', values: ['x'], order: ['conv', 'relu', 'fc'], held: [1024, 2048, 512], asStored: true },
    moved: null,
    batches: [],
  },
  pareto: [
    point(['int2/channel/mse', 'int2/channel/mse'], { bytes: 500, effectiveBits: 2, outputSqnrDb: 10 }),
    point(['int4/channel/mse', 'int4/channel/mse'], {
      bytes: 900,
      effectiveBits: 4,
      outputSqnrDb: 25,
      activations: ['uint8/tensor/mse', null],
    }),
    point([null, null], { bytes: 8000, effectiveBits: 32, outputSqnrDb: null }),
  ],
  ranges: [{ input: 'x', clips: [{ scheme: 'uint8/tensor/mse', lo: 0, hi: 5 }] }],
  ...more,
});
