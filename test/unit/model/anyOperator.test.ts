import fc from 'fast-check';
import type { onnx } from 'onnx-proto';
import { expect, it } from 'vitest';
import { ModelError } from '../../../src/model/types.js';
import { floats, ints, model, node, open, value } from './build.js';

/** Operators with rules of their own, and one without. */
const OPERATORS =
  `Attention ArgMax Cast Compress Concat Constant ConstantOfShape Conv ConvTranspose DepthToSpace DequantizeLinear Div Einsum Expand Flatten Gather
  GatherND Gemm GRU Identity LSTM Loop MatMul MatMulNBits MaxPool Mul OneHot Pad QLinearConv QuantizeLinear Range ReduceMean Reshape Resize Scan
  Shape Slice Split Squeeze Sub Tile TopK Transpose Unheard Unsqueeze Upsample Where`.split(/\s+/);

const ATTRIBUTES =
  `K N allowzero auto_pad axes axis bits block_size blocksize dilations end ends equation group hidden_size keepdims kernel_shape k layout
  num_scan_inputs output_padding output_shape pads perm qkv_hidden_sizes scan_input_axes shape split start starts strides to transA transB`.split(
    /\s+/,
  );

const number = fc.oneof(fc.integer({ min: -5, max: 9 }), fc.constantFrom(2 ** 20, 2 ** 31, -(2 ** 31), 2 ** 40, 2 ** 53 - 1));
const attribute = fc.oneof(number, fc.array(number, { maxLength: 5 }), fc.constantFrom('SAME_UPPER', 'VALID', 'ab,bc->ac', '->', ''));

const initializer: onnx.ITensorProto[] = [
  floats('w', [4, 3]),
  floats('k', [2, 3, 3, 3]),
  floats('r', [1, 8, 2]),
  floats('half', [], [0.5]),
  floats('nan', [3], [NaN, Infinity, -1]),
  floats('none', [0, 4]),
  ints('two', [2], []),
  ints('some', [1, -1, 3]),
  ints('huge', [2 ** 40, 2 ** 31, -(2 ** 53)]),
  { name: 'codes', dims: [2, 2, 1], dataType: 2, rawData: Uint8Array.from([1, 2, 3, 4]) },
  { name: 'text', dims: [1], dataType: 8, stringData: [new Uint8Array(2)] },
];
const NAMES = ['', 'x', 'open', 'nowhere', 'y0', 'y1', ...initializer.map(({ name }) => name!)];

const anyNode = fc.record({
  op: fc.constantFrom(...OPERATORS),
  inputs: fc.array(fc.constantFrom(...NAMES), { maxLength: 5 }),
  outputs: fc.integer({ min: 0, max: 3 }),
  attributes: fc.dictionary(fc.constantFrom(...ATTRIBUTES), attribute, { maxKeys: 3 }),
});

it('any operators with any inputs and attributes make a model that can be read, or one that is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyNode, { minLength: 1, maxLength: 4 }), async (nodes) => {
      const file = model({
        input: [value('x', ['N', 3, 8, 8]), value('open', null)],
        initializer,
        node: nodes.map(({ op, inputs, outputs, attributes }, i) =>
          node(op, inputs, [`y${i}`, `y${i}b`, `y${i}c`].slice(0, outputs), attributes),
        ),
      });
      try {
        for (const { weight, channelAxis, macs } of (await open(file)).layers) {
          expect(weight.shape.reduce((product, size) => product * size, 1)).toBe(weight.elements);
          expect(channelAxis === null || channelAxis < weight.shape.length).toBe(true);
          expect(macs === null || (Number.isFinite(macs) && macs >= 0)).toBe(true);
          const end = Math.min(weight.elements, 5000);
          expect((await weight.read(0, end)).length).toBe(end);
        }
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        expect(error.message).toMatch(/cycle|string values/); // nothing else is wrong with these files
      }
    }),
    { numRuns: 1000 },
  );
}, 60_000);
