import { describe, expect, it, test } from 'vitest';
import { modelFlow } from '../../../../src/analysis/plan/dataflow.js';
import { fused } from '../../../../src/core/costs/dataflow.js';
import { liveValues, peakOf } from '../../../../src/core/costs/liveness.js';
import { activationShare } from '../../../../src/core/costs/memory.js';
import { floats, model, node, open, value } from '../../model/build.js';
import { alexNet, mobilenetV2, resnet18, resnet50, vgg16 } from '../../model/networks.js';

describe('the share of activations, W + B·A at equal widths', () => {
  test.each([
    ['AlexNet', alexNet, 60_965_224, [1.1, 25.7, 58.1]],
    ['VGG16', vgg16, 138_357_544, [8.9, 75.8, 92.6]],
    ['ResNet-18', resnet18, 11_689_512, [17.5, 87.2, 96.5]],
    ['ResNet-50', resnet50, 25_557_032, [30.3, 93.3, 98.2]],
    ['MobileNetV2', mobilenetV2, 3_504_872, [65.6, 98.4, 99.6]],
  ])('of %s', async (_name, network, parameters, shares) => {
    const { nodes, layers, elements } = await network().open();
    const outputs = layers.reduce((sum, layer) => sum + elements.get(nodes[layer.node].outputs[0])!, 0);
    const found = [1, 32, 128].map((batch) => 100 * activationShare(parameters, outputs, batch));
    found.forEach((share, i) => expect(share).toBeCloseTo(shares[i], 1));
  });
});

describe('the graph as memory sees it', () => {
  it('holds the two widest neighbours of VGG16: the first convolutions with 64 maps of 224 × 224', async () => {
    const { graph, unknown } = modelFlow(await vgg16().open());
    expect(unknown).toEqual([]);
    const merged = fused(graph, { normalization: true, operators: true });
    expect(peakOf(liveValues(merged), (i) => graph.elements[i]).bytes).toBe(2 * 64 * 224 * 224);
    // a convolution with its activation, five times a pooling: 13 + 3 layers, and the view moves nothing
    expect(merged.steps).toHaveLength(21);
  });

  it('holds the shortcut of ResNet-18 while the block runs, and merges the sum into the block’s last convolution', async () => {
    const { graph } = modelFlow(await resnet18().open());
    const merged = fused(graph, { normalization: true, operators: true });
    // 20 convolutions, the pooling in front and the one behind, the classifier
    expect(merged.steps).toHaveLength(23);
    // after the first convolution: its 64 maps of 112 × 112 and the pooled ones
    expect(peakOf(liveValues(merged), (i) => graph.elements[i]).bytes).toBe(64 * 112 * 112 + 64 * 56 * 56);
  });

  it('leaves out constants and what is computed of them, and names values of unknown shape', async () => {
    const bytes = model({
      input: [value('x', ['batch', 3]), value('free', ['batch', 'length'])],
      output: [value('y', null), value('z', null)],
      initializer: [floats('w', [3, 4]), floats('c', [4])],
      node: [
        node('MatMul', ['x', 'w'], ['h']),
        node('Mul', ['c', 'c'], ['cc']),
        node('Add', ['h', 'cc'], ['y']),
        node('Relu', ['free'], ['z']),
      ],
    });
    const { graph, names, unknown } = modelFlow(await open(bytes));
    expect(names).toEqual(['x', 'free', 'h', 'y', 'z']);
    expect(graph.elements).toEqual([3, 0, 4, 4, 0]);
    expect(unknown).toEqual(['free', 'z']);
    expect(graph.steps.map(({ kind }) => kind)).toEqual(['layer', 'elementwise', 'elementwise']);
  });
});
