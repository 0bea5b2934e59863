import { onnx } from 'onnx-proto';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { parseFormat, scaleOf } from '../../../src/core/formats/index.js';
import { kernels, layOut } from '../../../src/core/kernels/load.js';
import { writeAffine } from '../../../src/core/kernels/parameters.js';
import { affineCode } from '../../../src/core/kernels/twins.js';
import { gaussian } from '../../unit/core/random.js';

const { DataType } = onnx.TensorProto;
const TYPES = { int8: DataType.INT8, uint8: DataType.UINT8, int16: DataType.INT16, uint16: DataType.UINT16 } as const;

/** A model x → QuantizeLinear → q → DequantizeLinear → y with one scale. */
function model(type: keyof typeof TYPES, scale: number, zeroPoint: number): Uint8Array {
  const bytes = type.endsWith('16') ? 2 : 1;
  const zero = new Uint8Array(bytes);
  zero[0] = zeroPoint & 255;
  if (bytes === 2) zero[1] = (zeroPoint >> 8) & 255;
  const value = (name: string, elemType: number): onnx.IValueInfoProto => ({
    name,
    type: { tensorType: { elemType, shape: { dim: [{ dimParam: 'n' }] } } },
  });
  const inputs = (first: string): string[] => [first, 'scale', 'zero'];
  return onnx.ModelProto.encode({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 21 }],
    graph: {
      name: 'quantize',
      node: [
        { opType: 'QuantizeLinear', input: inputs('x'), output: ['q'] },
        { opType: 'DequantizeLinear', input: inputs('q'), output: ['y'] },
      ],
      initializer: [
        { name: 'scale', dims: [], dataType: DataType.FLOAT, floatData: [scale] },
        { name: 'zero', dims: [], dataType: TYPES[type], rawData: zero },
      ],
      input: [value('x', DataType.FLOAT)],
      output: [value('q', TYPES[type]), value('y', DataType.FLOAT)],
    },
  }).finish();
}

const CASES = [
  ['int8', 'int8'],
  ['int8-full', 'int8'],
  ['int8-asym', 'int8'],
  ['uint8', 'uint8'],
  ['uint8-sym', 'uint8'],
  ['int16', 'int16'],
  ['uint16', 'uint16'],
] as const;

describe('QuantizeLinear and DequantizeLinear of ONNX Runtime', () => {
  it.each(CASES)('have the codes and values of %s', async (name, type) => {
    const range = { lo: -2.3, hi: 3.1 };
    const format = parseFormat(name);
    const affine = scaleOf(format, range)!;
    const grid = { ...affine, ...range };
    // Values everywhere, and on the ties between codes.
    const ties = Float32Array.from({ length: 600 }, (_, i) => Math.fround((i - 300 + 0.5) * affine.scale));
    const x = Float32Array.from([...gaussian(3000, 1), ...ties, 0, -0, 1e-40, 100, -100]);
    const session = await ort.InferenceSession.create(model(type, affine.scale, affine.zeroPoint), { logSeverityLevel: 3 });
    const { q, y } = await session.run({ x: new ort.Tensor('float32', x, [x.length]) });
    await session.release();
    const narrow = format.kind === 'integer' && format.narrow;
    const codes = [...(q.data as Int8Array)];
    // A narrow range is ours; the operator saturates at the type's own ends.
    const inside = (i: number): boolean => !narrow || (codes[i] >= affine.qmin && codes[i] <= affine.qmax);
    const [at, parameters, out] = layOut([x.byteLength + 64, 32, x.byteLength]);
    const { buffer } = kernels().memory;
    new Float32Array(buffer, at, x.length).set(x);
    writeAffine(
      new Float32Array(buffer, parameters),
      0,
      affine.scale,
      affine.qmin - affine.zeroPoint,
      affine.qmax - affine.zeroPoint,
      grid.lo,
      grid.hi,
    );
    kernels().affineFake(at, x.length, 1, parameters, out);
    const values = new Float32Array(buffer, out, x.length);
    let compared = 0;
    for (let i = 0; i < x.length; i++) {
      if (!inside(i)) continue;
      compared++;
      expect(affineCode(x[i], grid) + 0, `code of ${x[i]}`).toBe(codes[i]);
      expect(values[i], `value of ${x[i]}`).toBe((y.data as Float32Array)[i]);
    }
    expect(compared).toBeGreaterThan(3000);
  });
});
