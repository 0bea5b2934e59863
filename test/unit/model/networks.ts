import type { onnx } from 'onnx-proto';
import type { Model } from '../../../src/model/types.js';
import { ints, model, node, open, value } from './build.js';

/** Networks from the tables of their papers, with weights that take no bytes. */
class Network {
  private readonly nodes: onnx.INodeProto[] = [];
  private readonly initializer: onnx.ITensorProto[] = [];
  private count = 0;

  /** @param size of the square image that goes in, as `x` */
  constructor(private readonly size = 224) {}

  /** Filled by ConstantOfShape; in parts where one would be larger than is taken for a weight. */
  private weight(...dims: number[]): string {
    const name = `w${this.count++}`;
    const [first, ...rest] = dims;
    const parts = 2 ** Math.max(0, Math.ceil(Math.log2(dims.reduce((a, b) => a * b, 1)) - 24));
    this.initializer.push(ints(`${name}_shape`, [first / parts, ...rest]));
    const names = parts === 1 ? [name] : Array.from({ length: parts }, (_, i) => `${name}_${i}`);
    for (const part of names) this.nodes.push(node('ConstantOfShape', [`${name}_shape`], [part]));
    if (parts > 1) this.nodes.push(node('Concat', names, [name], { axis: 0 }));
    return name;
  }

  private add(op: string, inputs: string[], attributes = {}): string {
    const output = `v${this.count++}`;
    this.nodes.push(node(op, inputs, [output], attributes));
    return output;
  }

  conv(x: string, channels: number, filters: number, kernel: number, stride = 1, group = 1, pad = (kernel - 1) / 2): string {
    return this.add('Conv', [x, this.weight(filters, channels / group, kernel, kernel)], {
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      group,
    });
  }

  relu = (x: string): string => this.add('Relu', [x]);
  sum = (a: string, b: string): string => this.add('Add', [a, b]);
  pool = (x: string, kernel = 3, pad = 1): string =>
    this.add('MaxPool', [x], { kernel_shape: [kernel, kernel], strides: [2, 2], pads: [pad, pad, pad, pad] });
  flat = (x: string): string => this.add('Flatten', [x]);
  fc = (x: string, features: number, classes: number): string => this.add('Gemm', [x, this.weight(classes, features)], { transB: 1 });

  classifier(x: string, channels: number, classes: number): void {
    this.fc(this.flat(this.add('GlobalAveragePool', [x])), channels, classes);
  }

  /** The network as a file would be read. */
  open(): Promise<Model> {
    const { size } = this;
    const output = [value(`v${this.count - 1}`, null)];
    return open(model({ input: [value('x', ['batch', 3, size, size])], output, initializer: this.initializer, node: this.nodes }));
  }
}

export function resnet18(): Network {
  const net = new Network();
  let x = net.pool(net.relu(net.conv('x', 3, 64, 7, 2)));
  let channels = 64;
  for (const filters of [64, 128, 256, 512])
    for (const block of [0, 1]) {
      const stride = block === 0 && filters > 64 ? 2 : 1;
      const body = net.conv(net.relu(net.conv(x, channels, filters, 3, stride)), filters, filters, 3);
      x = net.relu(net.sum(body, stride === 2 ? net.conv(x, channels, filters, 1, 2) : x));
      channels = filters;
    }
  net.classifier(x, 512, 1000);
  return net;
}

export function mobilenetV2(): Network {
  const net = new Network();
  let x = net.relu(net.conv('x', 3, 32, 3, 2));
  let channels = 32;
  // expansion, output channels, blocks, stride of the first
  const table = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ];
  for (const [expansion, filters, blocks, stride] of table)
    for (let block = 0; block < blocks; block++) {
      const wide = channels * expansion;
      let body = expansion > 1 ? net.relu(net.conv(x, channels, wide, 1)) : x;
      body = net.relu(net.conv(body, wide, wide, 3, block === 0 ? stride : 1, wide));
      body = net.conv(body, wide, filters, 1);
      x = block > 0 ? net.sum(body, x) : body;
      channels = filters;
    }
  net.classifier(net.relu(net.conv(x, 320, 1280, 1)), 1280, 1000);
  return net;
}

/** Krizhevsky, Sutskever, Hinton 2012: two groups, images of 227. */
export function alexNet(): Network {
  const net = new Network(227);
  let x = net.pool(net.relu(net.conv('x', 3, 96, 11, 4, 1, 0)), 3, 0);
  x = net.pool(net.relu(net.conv(x, 96, 256, 5, 1, 2)), 3, 0);
  x = net.relu(net.conv(x, 256, 384, 3));
  x = net.relu(net.conv(x, 384, 384, 3, 1, 2));
  x = net.pool(net.relu(net.conv(x, 384, 256, 3, 1, 2)), 3, 0);
  x = net.relu(net.fc(net.flat(x), 9216, 4096));
  net.fc(net.relu(net.fc(x, 4096, 4096)), 4096, 1000);
  return net;
}

/** Simonyan, Zisserman 2015, configuration D. */
export function vgg16(): Network {
  const net = new Network();
  let x = 'x';
  let channels = 3;
  for (const [filters, count] of [
    [64, 2],
    [128, 2],
    [256, 3],
    [512, 3],
    [512, 3],
  ]) {
    for (let i = 0; i < count; i++) {
      x = net.relu(net.conv(x, channels, filters, 3));
      channels = filters;
    }
    x = net.pool(x, 2, 0);
  }
  x = net.relu(net.fc(net.flat(x), 25088, 4096));
  net.fc(net.relu(net.fc(x, 4096, 4096)), 4096, 1000);
  return net;
}

/** He, Zhang, Ren, Sun 2016, the stride in the 3 × 3 filters as torchvision has it. */
export function resnet50(): Network {
  const net = new Network();
  let x = net.pool(net.relu(net.conv('x', 3, 64, 7, 2)));
  let channels = 64;
  for (const [narrow, blocks] of [
    [64, 3],
    [128, 4],
    [256, 6],
    [512, 3],
  ])
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 && narrow > 64 ? 2 : 1;
      const wide = 4 * narrow;
      let body = net.relu(net.conv(x, channels, narrow, 1));
      body = net.conv(net.relu(net.conv(body, narrow, narrow, 3, stride)), narrow, wide, 1);
      x = net.relu(net.sum(body, block === 0 ? net.conv(x, channels, wide, 1, stride) : x));
      channels = wide;
    }
  net.classifier(x, 2048, 1000);
  return net;
}
