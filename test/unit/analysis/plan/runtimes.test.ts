import { describe, expect, it } from 'vitest';
import { canRun, runtimeNames, runtimes, schemesFor, tieOf } from '../../../../src/analysis/plan/runtimes.js';
import { parseScheme } from '../../../../src/core/formats/index.js';

describe('runtimes', () => {
  it('offer schemes in their canonical spelling, and name a source', () => {
    for (const name of runtimeNames) {
      const schemes = [...schemesFor(name), ...schemesFor(name, 'activations')];
      for (const scheme of schemes) expect(parseScheme(scheme).text).toBe(scheme);
      expect(runtimes[name].source).not.toBe('');
    }
  });

  it('take what their documents say, and nothing else', () => {
    expect(canRun('tflite', 'int8/channel/mse', 'Conv')).toBe(true);
    expect(canRun('tflite', 'int8/channel/mse', 'Gemm')).toBe(false);
    expect(canRun('tflite', 'int4/channel/mse', 'Conv')).toBe(false);
    expect(canRun('openvino', 'int4/channel/mse', 'Conv')).toBe(false);
    expect(canRun('openvino', 'int4/channel/minmax', 'MatMul')).toBe(true);
    expect(canRun('tensorrt', 'int4/channel/mse', 'MatMul')).toBe(false);
    expect(canRun('onnxruntime', 'int3/channel/mse', 'Conv')).toBe(false);
    expect(canRun('generic', 'mxfp4', 'Conv')).toBe(true);
    expect(canRun('qnn', 'uint16/tensor/minmax', 'Conv', 'activations')).toBe(true);
    expect(canRun('qnn', 'uint16/tensor/minmax', 'LSTM', 'activations')).toBe(false);
    expect(canRun('coreml', 'uint8/tensor/mse', 'Conv', 'activations')).toBe(false);
  });

  it('tie what meets in a sum or a concatenation where they compute with integers throughout', () => {
    expect(tieOf('tflite', 'Concat')).toBe('range');
    expect(tieOf('tflite', 'Add')).toBe('type');
    expect(tieOf('qnn', 'Concat')).toBe('type');
    expect(tieOf('tflite', 'Conv')).toBeNull();
    expect(tieOf('onnxruntime', 'Add')).toBeNull();
  });
});
