"""A small MobileNetV2 (Sandler et al. 2018): inverted residuals, depthwise convolutions, ReLU6.

Batch normalization, once folded, scales every depthwise channel on its own, so the channels of one weight differ
widely in range: the known case for per-channel quantization.
"""

from torch import nn

from .loop import Recipe

RECIPE = Recipe(epochs=6, peak_learning_rate=5e-3, flip=True)

EXPANSION = 4
BLOCKS = [(16, 1), (24, 2), (24, 1), (40, 2), (40, 1), (64, 1), (64, 1)]
"""output channels and stride"""


def conv_bn(inputs, outputs, kernel, stride=1, groups=1):
    return [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)]


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        hidden = inputs * EXPANSION
        self.residual = stride == 1 and inputs == outputs
        self.conv = nn.Sequential(
            *conv_bn(inputs, hidden, 1),
            nn.ReLU6(),
            *conv_bn(hidden, hidden, 3, stride, groups=hidden),
            nn.ReLU6(),
            *conv_bn(hidden, outputs, 1),
        )

    def forward(self, x):
        return x + self.conv(x) if self.residual else self.conv(x)


class MobileNetV2(nn.Module):
    def __init__(self):
        super().__init__()
        blocks, channels = [], 16
        for outputs, stride in BLOCKS:
            blocks.append(InvertedResidual(channels, outputs, stride))
            channels = outputs
        self.features = nn.Sequential(
            nn.Sequential(*conv_bn(1, 16, 3, stride=2), nn.ReLU6()),
            *blocks,
            nn.Sequential(*conv_bn(channels, 256, 1), nn.ReLU6()),
        )
        self.classifier = nn.Linear(256, 10)

    def forward(self, image):
        return self.classifier(self.features(image).mean([2, 3]))
