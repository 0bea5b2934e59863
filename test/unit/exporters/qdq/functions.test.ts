import { onnx } from 'onnx-proto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it, test } from 'vitest';
import { parseScheme } from '../../../../src/core/formats/index.js';
import { quantizeTensor } from '../../../../src/core/quantizeTensor.js';
import { qdqModel, type QdqLayer } from '../../../../src/exporters/qdq/index.js';
import { memorySource } from '../../../../src/model/memorySource.js';
import { openModel } from '../../../../src/model/open.js';
import { floats, model, node, value } from '../../model/build.js';
import { collect, sqnr } from './build.js';

const WIDTH = 8;
const opsets = (version: number) => [
  { domain: '', version },
  { domain: 'mine', version: 1 },
];
const held = Array.from({ length: WIDTH * WIDTH }, (_, i) => Math.sin(3 + i * i));

/** A function that holds a weight and is called twice. */
const functions = (weight: readonly number[], version: number, own: number): Uint8Array =>
  model(
    {
      node: [node('Mix', ['x'], ['h'], {}, 'first', 'mine'), node('Mix', ['h'], ['y'], {}, 'second', 'mine')],
      input: [value('x', ['n', WIDTH])],
      output: [value('y', ['n', WIDTH])],
    },
    {
      opsetImport: opsets(version),
      functions: [
        {
          name: 'Mix',
          domain: 'mine',
          input: ['a'],
          output: ['b'],
          opsetImport: [{ domain: '', version: own }],
          node: [
            node('Constant', [], ['k'], { value: floats('k', [WIDTH, WIDTH], weight) }),
            node('MatMul', ['a', 'k'], ['c'], {}, 'held'),
            node('Tanh', ['c'], ['b']),
          ],
        },
      ],
    },
  );

const alone = () => Promise.reject(new Error('there is nothing beside the model'));
const layers = (first: string | null, second: string | null): QdqLayer[] =>
  [first, second].map((weight, i) => ({ layer: `${['first', 'second'][i]}/held`, weight, activation: null }));
const made = (bytes: Uint8Array, some: readonly QdqLayer[]) => qdqModel(memorySource(bytes), alone, some, { dataFile: 'data' });

async function run(bytes: Uint8Array): Promise<Float32Array> {
  const session = await InferenceSession.create(bytes, {
    logSeverityLevel: 4,
    extra: { session: { qdq_matmulnbits_accuracy_level: '1' } },
  });
  const x = new Tensor(
    'float32',
    Float32Array.from({ length: 2 * WIDTH }, (_, i) => Math.cos(i)),
    [2, WIDTH],
  );
  return (await session.run({ x })).y.data as Float32Array;
}

describe('a weight that a function of the model holds', () => {
  test.each([
    ['int8/channel/minmax', 17, 17, 17],
    ['int4/channel/mse', 17, 17, 21],
    ['int4/tensor/minmax', 21, 13, 21],
  ])('is written as codes under %s, for all its calls', async (scheme, version, own, after) => {
    const written = await made(functions(held, version, own), layers(scheme, scheme));
    const bytes = await collect(written.model);
    const fake = await quantizeTensor(Float32Array.from(held), [WIDTH, WIDTH], 1, parseScheme(scheme));
    expect(written.opset.after).toBe(after);
    expect(sqnr(await run(functions([...fake], version, own)), await run(bytes))).toBeGreaterThan(100);
    const { functions: after_ } = onnx.ModelProto.decode(bytes);
    expect(after_[0].node!.map(({ opType }) => opType)).toContain('DequantizeLinear');
    const again = await openModel(memorySource(bytes), alone);
    expect(again.layers.map(({ name }) => name)).toEqual(['first/held', 'second/held']);
  });

  it('cannot have another scheme in another call', async () => {
    const bytes = functions(held, 17, 17);
    await expect(made(bytes, layers('int8/channel/minmax', 'int4/channel/minmax'))).rejects.toThrow(
      /layer "second\/held": it shares its weight with "first\/held", which has int8\/channel\/minmax: give them one scheme/,
    );
    await expect(made(bytes, layers('int8/channel/minmax', null))).rejects.toThrow(/shares its weight with "first\/held"/);
  });
});
