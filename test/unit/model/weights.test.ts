import { onnx } from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import type { Layer } from '../../../src/model/types.js';
import { floats, ints, model, node, open, value } from './build.js';
import { concat, field, int, opset } from './wire.js';

/** What is told of a layer: its name, the weight and its channel axis. */
const told = ({ name, weight, channelAxis }: Layer): string =>
  `${name} ${weight.name} ${weight.dataType} [${weight.shape.join()}] ${channelAxis ?? '-'}`;

const layersOf = async (graph: onnx.IGraphProto, more: onnx.IModelProto = {}): Promise<Layer[]> => [
  ...(await open(model(graph, more))).layers,
];
const all = ({ weight }: Layer): Promise<Float32Array> => weight.read(0, weight.elements);

const x = value('x', ['batch', 4]);
const w = floats('w', [4, 3]);
const constantOf = (tensor: onnx.ITensorProto, name: string): onnx.INodeProto => node('Constant', [], [name], { value: tensor });

describe('a weight is found', () => {
  const product = (b: string): onnx.INodeProto => node('MatMul', ['x', b], ['y'], {}, 'mm');
  it.each<[string, onnx.IGraphProto, string]>([
    ['in an initializer', { initializer: [w], node: [product('w')] }, 'mm w float32 [4,3] 1'],
    [
      'in an initializer that is an input too',
      { input: [x, value('w', [4, 3])], initializer: [w], node: [product('w')] },
      'mm w float32 [4,3] 1',
    ],
    ['in a Constant node', { node: [constantOf(floats('', [4, 3]), 'c'), product('c')] }, 'mm c float32 [4,3] 1'],
    ['behind Identity', { initializer: [w], node: [node('Identity', ['w'], ['i']), product('i')] }, 'mm w float32 [4,3] 1'],
    [
      'behind Transpose, as it is stored',
      { initializer: [floats('w', [3, 4])], node: [node('Transpose', ['w'], ['t']), product('t')] },
      'mm w float32 [3,4] 0',
    ],
    [
      'behind Reshape that keeps the channels, as it is stored',
      { initializer: [floats('w', [2, 2, 3]), ints('s', [-1, 3])], node: [node('Reshape', ['w', 's'], ['r']), product('r')] },
      'mm w float32 [2,2,3] 2',
    ],
    [
      'behind Reshape that makes the channels, in its new shape',
      { initializer: [floats('w', [12]), ints('s', [4, 3])], node: [node('Reshape', ['w', 's'], ['r']), product('r')] },
      'mm r float32 [4,3] 1',
    ],
    [
      'behind Unsqueeze and Squeeze',
      {
        initializer: [w, ints('a', [0])],
        node: [node('Unsqueeze', ['w', 'a'], ['u']), node('Squeeze', ['u', 'a'], ['s']), product('s')],
      },
      'mm w float32 [4,3] 1',
    ],
    [
      'behind Flatten',
      { initializer: [floats('w', [4, 3, 1])], node: [node('Flatten', ['w'], ['f']), product('f')] },
      'mm w float32 [4,3,1] 1',
    ],
    [
      'behind a widening Cast, as it is stored',
      {
        initializer: [{ name: 'h', dims: [4, 3], dataType: 10, rawData: new Uint8Array(24).fill(0x3c) }],
        node: [node('Cast', ['h'], ['c'], { to: 1 }), product('c')],
      },
      'mm h float16 [4,3] 1',
    ],
    [
      'behind a narrowing Cast, rounded',
      { initializer: [w], node: [node('Cast', ['w'], ['c'], { to: 10 }), product('c')] },
      'mm c float16 [4,3] 1',
    ],
    [
      'in ConstantOfShape',
      { initializer: [ints('s', [4, 3])], node: [node('ConstantOfShape', ['s'], ['c']), product('c')] },
      'mm c float32 [4,3] 1',
    ],
    [
      'in one step of a stack',
      {
        initializer: [floats('w', [2, 4, 3]), { name: 'one', dims: [], dataType: 7, int64Data: [1] }],
        node: [node('Gather', ['w', 'one'], ['g'], { axis: 0 }), product('g')],
      },
      'mm g float32 [4,3] 1',
    ],
    [
      'in pieces',
      { initializer: [floats('a', [4, 1]), floats('b', [4, 2])], node: [node('Concat', ['a', 'b'], ['c'], { axis: 1 }), product('c')] },
      'mm c float32 [4,3] 1',
    ],
  ])('%s', async (_, graph, expected) => {
    expect((await layersOf({ input: [x], ...graph })).map(told)).toEqual([expected]);
  });

  it('in a sparse initializer', async () => {
    const sparse = { values: floats('w', [2], [5, 7]), indices: ints('', [1, 11]), dims: [4, 3] };
    const [layer] = await layersOf({ sparseInitializer: [sparse], node: [product('w')] });
    expect([...(await all(layer))]).toEqual([0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
    expect([...(await layer.weight.read(10, 12))]).toEqual([0, 7]);
  });

  it('in a sparse initializer with an index per dimension', async () => {
    const sparse = { values: floats('w', [2], [5, 7]), indices: ints('', [0, 1, 3, 2], [2, 2]), dims: [4, 3] };
    const [layer] = await layersOf({ sparseInitializer: [sparse], node: [product('w')] });
    expect([...(await all(layer))]).toEqual([0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
  });

  it('in the floats of a Constant, however long the list', async () => {
    const values = Array.from({ length: 10_000 }, (_, i) => i / 2);
    const list = node('Constant', [], ['c'], { value_floats: { floats: values } });
    const [layer] = await layersOf({
      initializer: [ints('s', [100, 100])],
      node: [list, node('Reshape', ['c', 's'], ['r']), product('r')],
    });
    expect([...(await layer.weight.read(4999, 5002))]).toEqual([2499.5, 2500, 2500.5]);
    expect(told(layer)).toBe('mm r float32 [100,100] 1');
  });

  it('in the same place when gates are put in another order', async () => {
    const part = (from: number, name: string): onnx.INodeProto => node('Slice', ['w', `at${from}`, `at${from + 2}`, 'at0'], [name]);
    const at = [0, 2, 4, 6].map((n) => ints(`at${n}`, [n]));
    const [, recurrent] = await layersOf({
      initializer: [floats('w', [6, 4]), floats('W', [1, 6, 4]), ...at],
      node: [
        part(0, 'r'),
        part(2, 'z'),
        part(4, 'h'),
        node('Concat', ['z', 'r', 'h'], ['gates'], { axis: 0 }),
        node('Unsqueeze', ['gates', 'at0'], ['R']),
        node('GRU', ['x', 'W', 'R'], ['', 'y'], { hidden_size: 2 }, 'gru'),
      ],
    });
    expect(told(recurrent)).toBe('gru#R w float32 [6,4] 0');
  });
});

describe('a quantized weight', () => {
  const q = { name: 'q', dims: [2, 3], dataType: 3, int32Data: [1, -2, 3, -4, 5, -6] };

  it('is seen dequantized, with one scale', async () => {
    const [layer] = await layersOf({
      initializer: [q, floats('s', [], [0.5])],
      node: [node('DequantizeLinear', ['q', 's'], ['w']), node('MatMul', ['x', 'w'], ['y'])],
    });
    expect([...(await all(layer))]).toEqual([0.5, -1, 1.5, -2, 2.5, -3]);
    expect(layer.channelAxis).toBe(1);
  });

  it('is seen dequantized, with a scale and a zero point per channel, behind Transpose', async () => {
    const [layer] = await layersOf({
      initializer: [q, floats('s', [2], [0.5, 2]), { name: 'z', dims: [2], dataType: 3, int32Data: [1, 0] }],
      node: [
        node('Transpose', ['q'], ['t'], { perm: [1, 0] }),
        node('DequantizeLinear', ['t', 's', 'z'], ['w'], { axis: 1 }),
        node('MatMul', ['x', 'w'], ['y']),
      ],
    });
    expect([...(await all(layer))]).toEqual([0, -1.5, 1, -8, 10, -12]);
    expect([...(await layer.weight.read(2, 4))]).toEqual([1, -8]);
    expect(layer.channelAxis).toBe(0);
  });

  it('is seen dequantized, with a scale per block', async () => {
    const [layer] = await layersOf({
      initializer: [q, floats('s', [2, 2], [1, 10, 100, 1000])],
      node: [node('DequantizeLinear', ['q', 's'], ['w'], { axis: 1, block_size: 2 }), node('MatMul', ['x', 'w'], ['y'])],
    });
    expect([...(await all(layer))]).toEqual([1, -2, 30, -400, 500, -6000]);
  });

  it('is seen as training left it when it is quantized and dequantized in the graph', async () => {
    const [layer] = await layersOf({
      initializer: [
        floats('w', [5, 1], [0.25, 0.75, 1.26, -100, 100]),
        floats('s', [], [0.5]),
        { name: 'z', dims: [], dataType: 3, int32Data: [0] },
      ],
      node: [
        node('QuantizeLinear', ['w', 's', 'z'], ['c']),
        node('DequantizeLinear', ['c', 's', 'z'], ['d']),
        node('MatMul', ['x', 'd'], ['y']),
      ],
    });
    expect([...(await all(layer))]).toEqual([0, 1, 1.5, -64, 63.5]);
  });

  it('of an integer operator is seen through its scale', async () => {
    const [layer] = await layersOf({
      initializer: [
        { name: 'w', dims: [2, 1, 1, 1], dataType: 3, int32Data: [3, -4] },
        floats('ws', [2], [2, 0.5]),
        { name: 'wz', dims: [2], dataType: 3, int32Data: [0, 0] },
      ],
      node: [node('QLinearConv', ['x', 'xs', 'xz', 'w', 'ws', 'wz', 'ys', 'yz'], ['y'])],
    });
    expect(told(layer)).toBe('QLinearConv_0 w int8 [2,1,1,1] 0');
    expect([...(await all(layer))]).toEqual([6, -2]);
  });
});

describe('a weight in blocks of codes (MatMulNBits)', () => {
  const bytes = (name: string, dims: number[], values: number[]): onnx.ITensorProto => ({
    name,
    dims,
    dataType: 2,
    rawData: Uint8Array.from(values),
  });
  const product = (inputs: string[], attributes: Record<string, number>): onnx.INodeProto =>
    node('MatMulNBits', ['x', 'b', ...inputs], ['y'], attributes, 'mm', 'com.microsoft');
  // two rows of three numbers in blocks of two: the fourth of each row is padding
  const b = bytes('b', [2, 2, 1], [0x98, 0x07, 0xf0, 0x0a]);
  const s = floats('s', [4], [1, 10, 100, 0.5]);

  it('is seen unpacked around the middle code', async () => {
    const [layer] = await layersOf({ input: [x], initializer: [b, s], node: [product(['s'], { K: 3, N: 2, bits: 4, block_size: 2 })] });
    expect(told(layer)).toBe('mm b uint4 [2,3] 0');
    expect([...(await all(layer))]).toEqual([0, 1, -10, -800, 700, 1]);
    expect([...(await layer.weight.read(2, 5))]).toEqual([-10, -800, 700]);
    expect(layer.macs).toBe(6);
  });

  it('is seen around zero points of its own, packed or not', async () => {
    const attributes = { K: 3, N: 2, bits: 4, block_size: 2 };
    const packed = bytes('z', [2], [0x17, 0x0f]);
    const [layer] = await layersOf({ initializer: [b, s, packed], node: [product(['s', 'z'], attributes)] });
    expect([...(await all(layer))]).toEqual([1, 2, 60, -1500, 0, 5]);
    const real = floats('z', [4], [7, 1, 15, 0]);
    const [other] = await layersOf({ initializer: [b, s, real], node: [product(['s', 'z'], attributes)] });
    expect([...(await all(other))]).toEqual([1, 2, 60, -1500, 0, 5]);
  });

  it('is left out when its parts do not fit', async () => {
    for (const wrong of [{ K: 5 }, { N: 3 }, { bits: 3 }, { block_size: 0 }, { K: -3 }])
      expect(await layersOf({ initializer: [b, s], node: [product(['s'], { K: 3, N: 2, bits: 4, block_size: 2, ...wrong })] })).toEqual([]);
  });
});

describe('the channel axis', () => {
  const of = async (op: string, inputs: string[], dims: number[], attributes = {}, domain = ''): Promise<(number | null)[]> =>
    (await layersOf({ initializer: [floats('w', dims)], node: [node(op, inputs, ['y'], attributes, '', domain)] })).map(
      (l) => l.channelAxis,
    );

  it.each<[string, string[], number[], Record<string, number>, (number | null)[]]>([
    ['Conv', ['x', 'w'], [8, 3, 3, 3], {}, [0]],
    ['ConvInteger', ['x', 'w'], [8, 3, 3, 3], {}, [0]],
    ['ConvTranspose', ['x', 'w'], [8, 3, 3, 3], { group: 2 }, [1]],
    ['Gemm', ['x', 'w', 'b'], [8, 3], {}, [1]],
    ['Gemm', ['x', 'w', 'b'], [8, 3], { transB: 1 }, [0]],
    ['Gemm', ['w', 'x', 'b'], [8, 3], {}, [0]],
    ['Gemm', ['w', 'x', 'b'], [8, 3], { transA: 1 }, [1]],
    ['MatMul', ['x', 'w'], [2, 8, 3], {}, [2]],
    ['MatMul', ['w', 'x'], [2, 8, 3], {}, [1]],
    ['MatMul', ['x', 'w'], [8], {}, [null]],
    ['LSTM', ['x', 'w', 'w'], [1, 8, 2], {}, [1, 1]],
    ['RNN', ['x', 'w', 'r'], [1, 8, 2], {}, [1]],
    ['Gather', ['w', 'x'], [100, 8], {}, [0]],
    ['Gather', ['w', 'x'], [100, 8], { axis: 1 }, []],
    ['Gather', ['w', 'x'], [100, 8, 2], {}, []],
    ['Relu', ['w'], [100, 8], {}, []],
  ])('of %s(%s) over %j with %j is %j', async (op, inputs, dims, attributes, expected) => {
    expect(await of(op, inputs, dims, attributes)).toEqual(expected);
  });

  it.each([
    ['abc,cd->abd', 1],
    ['abc,dc->abd', 0],
    ['bij,jhd->bihd', 2],
    ['...c,cd->...d', 1],
  ])('of Einsum %s is %i', async (equation, axis) => {
    const dims = equation.includes('jhd') ? [4, 2, 3] : [4, 3];
    expect(await of('Einsum', ['x', 'w'], dims, { equation })).toEqual([axis]);
  });

  it('of the fused forms of ONNX Runtime is that of the plain ones', async () => {
    expect(await of('FusedMatMul', ['x', 'w'], [8, 3], { transB: 1 }, 'com.microsoft')).toEqual([0]);
    expect(await of('FusedConv', ['x', 'w'], [8, 3, 1, 1], {}, 'com.microsoft')).toEqual([0]);
    expect(await of('FusedGemm', ['x', 'w'], [8, 3], {}, 'com.microsoft')).toEqual([1]);
    expect(await of('Conv', ['x', 'w'], [8, 3, 1, 1], {}, 'somebody.else')).toEqual([]);
  });
});

describe('subgraphs and functions', () => {
  const branch = (name: string, nodes: onnx.INodeProto[], initializer: onnx.ITensorProto[] = []): { graph: onnx.IGraphProto } => ({
    graph: { name, node: nodes, initializer, output: [value('out', null)] },
  });

  it('show the layers of both branches, with weights of their own and of the graph around them', async () => {
    const found = await open(
      model({
        input: [value('c', [], 9), x],
        initializer: [w],
        node: [
          node('Identity', ['w'], ['same']),
          node(
            'If',
            ['c'],
            ['y'],
            {
              then_branch: branch('t', [node('MatMul', ['x', 'same'], ['out'])]),
              else_branch: branch('e', [node('MatMul', ['x', 'own'], ['out'], {}, 'mm')], [floats('own', [4, 3])]),
            },
            'choice',
          ),
          node('MatMul', ['y', 'w'], ['z']),
        ],
      }),
    );
    expect(found.layers.map(told)).toEqual([
      'choice/then_branch/MatMul_0 w float32 [4,3] 1',
      'choice/else_branch/mm own float32 [4,3] 1',
      'MatMul_0 w float32 [4,3] 1',
    ]);
    expect(found.nodes.map(({ name }) => name)).toEqual([
      'Identity_0',
      'choice',
      'choice/then_branch/MatMul_0',
      'choice/else_branch/mm',
      'MatMul_0',
    ]);
    expect(found.layers.map(({ node: at }) => found.nodes[at].op)).toEqual(['MatMul', 'MatMul', 'MatMul']);
    expect(found.warnings).toEqual([]);
  });

  it('show each call of a function with the weights it is given, and its attributes', async () => {
    const functions: onnx.IFunctionProto[] = [
      {
        name: 'Dense',
        domain: 'mine',
        input: ['a', 'k'],
        output: ['b'],
        attribute: ['flip'],
        node: [node('Gemm', ['a', 'k'], ['b'], { transB: { ref: 'flip' } })],
      },
    ];
    const layers = await layersOf(
      {
        initializer: [w, floats('v', [5, 4])],
        node: [node('Dense', ['x', 'w'], ['h'], {}, 'one', 'mine'), node('Dense', ['x', 'v'], ['y'], { flip: 1 }, 'two', 'mine')],
      },
      { functions },
    );
    expect(layers.map(told)).toEqual(['one/Gemm_0 w float32 [4,3] 1', 'two/Gemm_0 v float32 [5,4] 0']);
  });

  it('tell overloads of a function apart, and know defaults of attributes', async () => {
    // overload and attribute_proto are younger than the schema the encoder knows
    const body = (transB: number): Uint8Array =>
      concat(
        field(1, 'F'),
        field(10, 'mine'),
        field(4, 'a'),
        field(4, 'k'),
        field(5, 'b'),
        field(7, onnx.NodeProto.encode(node('Gemm', ['a', 'k'], ['b'], { transB: { ref: 'flip' } })).finish()),
        field(11, concat(field(1, 'flip'), int(3, transB), int(20, 2))),
        field(13, `v${transB}`),
      );
    const call = (overload: string): Uint8Array =>
      field(1, concat(onnx.NodeProto.encode(node('F', ['x', 'w'], [`y${overload}`], {}, overload, 'mine')).finish(), field(8, overload)));
    const graph = concat(call('v0'), call('v1'), field(5, onnx.TensorProto.encode(w).finish()));
    const { layers } = await open(concat(field(7, graph), opset(), field(25, body(0)), field(25, body(1))));
    expect(layers.map(told)).toEqual(['v0/Gemm_0 w float32 [4,3] 1', 'v1/Gemm_0 w float32 [4,3] 0']);
  });
});

describe('a graph', () => {
  it('is put in topological order, also where a subgraph needs a value', async () => {
    const found = await open(
      model({
        node: [
          node(
            'If',
            ['c'],
            ['y'],
            { then_branch: { graph: { name: 't', node: [node('Neg', ['h'], ['n'])], output: [value('n', null)] } } },
            'last',
          ),
          node('Relu', ['g'], ['h'], {}, 'second'),
          node('Abs', ['x'], ['g'], {}, 'first'),
        ],
      }),
    );
    expect(found.nodes.map(({ name }) => name)).toEqual(['first', 'second', 'last', 'last/then_branch/Neg_0']);
  });

  it('gives nodes without names the number of their operator, and makes names unique', async () => {
    const names = ['', 'a', '', 'a', 'Relu_0', 'a_2'];
    const found = await open(model({ node: names.map((name, i) => node('Relu', ['x'], [`y${i}`], {}, name)) }));
    expect(found.nodes.map(({ name }) => name)).toEqual(['Relu_0', 'a', 'Relu_2', 'a_2', 'Relu_0_2', 'a_2_2']);
  });

  it('warns of values that are made twice or by nobody', async () => {
    const found = await open(
      model({
        input: [x],
        output: [value('lost', null)],
        initializer: [w, w],
        node: [node('Relu', ['x'], ['y']), node('Abs', ['x'], ['y']), node('Add', ['y', 'nowhere'], ['z'])],
      }),
    );
    expect(found.warnings).toEqual([
      'initializer "w" is there twice; the first one counts',
      'value "y" is produced twice, the second time by node "Abs_0"; the first one counts',
      'input "nowhere" of node "Add_0" is produced by no node',
      'output "lost" is produced by no node',
    ]);
  });

  it('counts parameters of quantized layers like those they stand for', async () => {
    const int8 = (name: string, ...dims: number[]): onnx.ITensorProto => ({
      name,
      dims,
      dataType: 3,
      rawData: new Uint8Array(dims.reduce((a, b) => a * b, 1)),
    });
    const int32 = (name: string, count: number): onnx.ITensorProto => ({
      name,
      dims: [count],
      dataType: 6,
      rawData: new Uint8Array(4 * count),
    });
    const qdq = {
      initializer: [int8('q', 4, 3), floats('s', [3]), int8('z', 3), int32('b', 3), floats('bs', [3]), int32('other', 5)],
      node: [
        node('DequantizeLinear', ['q', 's', 'z'], ['w']),
        node('DequantizeLinear', ['b', 'bs'], ['c'], { axis: 0 }),
        node('Gemm', ['x', 'w', 'c'], ['y']),
      ],
    };
    expect((await open(model(qdq))).parameters).toBe(15);
    const blocks = { name: 'n', dims: [2, 1, 16], dataType: 2, rawData: new Uint8Array(32) };
    const packed = {
      initializer: [blocks, floats('s', [2])],
      node: [node('MatMulNBits', ['x', 'n', 's'], ['y'], { K: 32, N: 2, bits: 4, block_size: 32 }, '', 'com.microsoft')],
    };
    expect((await open(model(packed))).parameters).toBe(64);
  });

  it('tells its inputs and outputs, and counts weights once', async () => {
    const found = await open(
      model(
        {
          input: [x, value('w', [4, 3]), value('free', null)],
          output: [value('y', ['batch', 3])],
          initializer: [w, ints('s', [1, 2, 3])],
          node: [
            node('MatMul', ['x', 'w'], ['h']),
            node('MatMul', ['x', 'w'], ['y']),
            constantOf(floats('', [3]), 'b'),
            constantOf(floats('', []), 'e'),
          ],
        },
        { producerName: 'me', producerVersion: '2' },
      ),
    );
    expect(found).toMatchObject({
      format: 'onnx',
      opset: 17,
      producer: 'me 2',
      parameters: 15,
      inputs: [
        { name: 'x', dataType: 'float32', shape: ['batch', 4] },
        { name: 'free', dataType: 'float32', shape: null },
      ],
      outputs: [{ name: 'y', dataType: 'float32', shape: ['batch', 3] }],
    });
  });
});
