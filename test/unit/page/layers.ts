import type { Advice, LayerError, LayerReport, Report } from '../../../src/report/types.js';

export const error = (scheme: string, sqnrDb: number | null, more: Partial<LayerError> = {}): LayerError => ({
  scheme,
  target: 'weight',
  bits: Number(/\d+/.exec(scheme)?.[0]),
  effectiveBits: Number(/\d+/.exec(scheme)?.[0]),
  sqnrDb,
  mse: 0,
  maxError: 0,
  cosine: 1,
  clippedFraction: 0,
  clip: { lo: -1, hi: 1 },
  ...more,
});

export const advice = (scheme: string, sqnrDb: number | null, more: Partial<Advice> = {}): Advice => ({
  scheme,
  bits: Number(/\d+/.exec(scheme)?.[0]),
  clip: { lo: -1, hi: 1 },
  sqnrDb,
  causes: [],
  reason: '',
  ...more,
});

export const layer = (name: string, more: Partial<LayerReport> = {}): LayerReport => ({
  name,
  op: 'Conv',
  weight: `${name}.weight`,
  shape: [10, 100],
  channelAxis: 0,
  dataType: 'float32',
  parameters: 1000,
  macs: null,
  weightStats: null,
  activationStats: null,
  errors: [],
  sensitivity: [],
  advice: null,
  ...more,
});

export const report = (layers: readonly LayerReport[]): Report => ({
  schema: 'precision-lens/report@1',
  tool: { version: '0.0.0' },
  model: { file: 'm.onnx', format: 'onnx', bytes: 1, sha256: null, opset: 17, producer: '', parameters: 1 },
  evidence: 'weights',
  samples: 0,
  seed: 1,
  layers,
  warnings: [],
});
