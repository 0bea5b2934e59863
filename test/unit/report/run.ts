import type { RunReport, Sensitivity } from '../../../src/report/types.js';

/** A measured effect of quantizing a weight in a model that tells no classes. */
export const effect = (scheme: string, outputSqnrDb: number | null, more: Partial<Sensitivity> = {}): Sensitivity => ({
  scheme,
  target: 'weight',
  outputSqnrDb,
  kl: null,
  top1Agreement: null,
  accuracyDrop: null,
  accuracyInterval: null,
  how: 'measured',
  ...more,
});

/** A run on 64 samples of the user, of a model that tells no classes. */
export const runReport = (more: Partial<RunReport> = {}): RunReport => ({
  backend: 'onnxruntime-node',
  inputs: 'images.npz',
  samples: 64,
  batch: 8,
  notes: [],
  classes: null,
  accuracy: null,
  prediction: null,
  together: null,
  ...more,
});
