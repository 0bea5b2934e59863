import { describe, expect, test } from 'vitest';
import { alexNet, mobilenetV2, resnet18, resnet50, vgg16 } from './networks.js';

describe('the figures of networks everybody knows, as torchvision and their papers publish them', () => {
  test.each([
    ['AlexNet', alexNet, 724_406_816, 60_954_656, 8],
    ['VGG16', vgg16, 15_470_264_320, 138_344_128, 16],
    ['ResNet-18', resnet18, 1_814_073_344, 11_678_912, 21],
    ['ResNet-50', resnet50, 4_089_184_256, 25_502_912, 54],
    ['MobileNetV2', mobilenetV2, 300_774_272, 3_469_760, 53],
  ])('%s', async (_name, network, macs, weights, count) => {
    const { layers } = await network().open();
    const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
    expect(sum(layers.map((layer) => layer.macs ?? NaN))).toBe(macs);
    expect(sum(layers.map(({ weight }) => weight.elements))).toBe(weights);
    expect(layers).toHaveLength(count);
  });
});
