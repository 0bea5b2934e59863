import type { onnx } from 'onnx-proto';
import { describe, expect, it } from 'vitest';
import { ints, model, node, open, value } from './build.js';

/** Networks from the tables of their papers, with weights that take no bytes, against the figures torchvision publishes. */
class Network {
  private readonly nodes: onnx.INodeProto[] = [];
  private readonly initializer: onnx.ITensorProto[] = [];
  private count = 0;

  private weight(...dims: number[]): string {
    const name = `w${this.count++}`;
    this.initializer.push(ints(`${name}_shape`, dims));
    this.nodes.push(node('ConstantOfShape', [`${name}_shape`], [name]));
    return name;
  }

  private add(op: string, inputs: string[], attributes = {}): string {
    const output = `v${this.count++}`;
    this.nodes.push(node(op, inputs, [output], attributes));
    return output;
  }

  conv(x: string, channels: number, filters: number, kernel: number, stride = 1, group = 1): string {
    const pad = (kernel - 1) / 2;
    return this.add('Conv', [x, this.weight(filters, channels / group, kernel, kernel)], {
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      group,
    });
  }

  relu = (x: string): string => this.add('Relu', [x]);
  sum = (a: string, b: string): string => this.add('Add', [a, b]);
  pool = (x: string): string => this.add('MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });

  classifier(x: string, channels: number, classes: number): void {
    const flat = this.add('Flatten', [this.add('GlobalAveragePool', [x])]);
    this.add('Gemm', [flat, this.weight(classes, channels)], { transB: 1 });
  }

  async figures(): Promise<{ macs: number; weights: number; layers: number }> {
    const { layers } = await open(model({ input: [value('x', ['batch', 3, 224, 224])], initializer: this.initializer, node: this.nodes }));
    const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
    return {
      macs: sum(layers.map(({ macs }) => macs ?? NaN)),
      weights: sum(layers.map(({ weight }) => weight.elements)),
      layers: layers.length,
    };
  }
}

function resnet18(): Network {
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

function mobilenetV2(): Network {
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

describe('the figures of networks everybody knows', () => {
  it('ResNet-18: 1.814 G multiply-accumulates, 11.68 M weights', async () => {
    expect(await resnet18().figures()).toEqual({ macs: 1_814_073_344, weights: 11_678_912, layers: 21 });
  });

  it('MobileNetV2: 300.8 M multiply-accumulates, 3.47 M weights', async () => {
    expect(await mobilenetV2().figures()).toEqual({ macs: 300_774_272, weights: 3_469_760, layers: 53 });
  });
});
