import { REPORT_SCHEMA, type Advice, type LayerReport, type Report } from '../../../src/report/types.js';

export const layer = (name: string, advice: Partial<Advice> | null = null): LayerReport => ({
  name,
  op: 'Conv',
  weight: `${name}.weight`,
  shape: [2, 2],
  channelAxis: 0,
  dataType: 'float32',
  parameters: 4,
  macs: null,
  weightStats: null,
  activationStats: null,
  errors: [],
  sensitivity: [],
  advice: advice && { scheme: 'int4/channel/mse', bits: 4, clip: { lo: -1, hi: 1 }, sqnrDb: 25, causes: [], reason: 'enough', ...advice },
});

export const report = (...layers: LayerReport[]): Report => ({
  schema: REPORT_SCHEMA,
  tool: { version: '0.1.0' },
  model: { file: 'lenet.onnx', format: 'onnx', bytes: 44_400, sha256: null, opset: 17, producer: 'pytorch', parameters: 61_706 },
  evidence: 'weights',
  samples: 0,
  seed: 0,
  layers,
  warnings: [],
});
