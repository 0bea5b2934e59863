"""Train a sample, export it to ONNX beside its test inputs and record its float accuracy. See README.md."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from torch import nn

from training import lenet, lstm, mobilenet, resnet, vit
from training.data import Dataset, load_fashion_mnist, load_mnist
from training.export import export_model, write_accuracy, write_test_images
from training.loop import Recipe, train

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Sample:
    model: str
    """the file, from this folder"""
    test_images: str
    """the folder of the inputs; samples of one data set share it"""
    load: Callable[[Path], Dataset]
    build: Callable[[], nn.Module]
    recipe: Recipe


SAMPLES = {
    "lenet": Sample("lenet/lenet5-mnist.onnx", "lenet", load_mnist, lenet.LeNet5, lenet.RECIPE),
    "resnet": Sample("resnet-fashion/resnet20-fashion.onnx", "fashion", load_fashion_mnist, resnet.ResNet20, resnet.RECIPE),
    "mobilenet": Sample(
        "mobilenet-fashion/mobilenetv2-fashion.onnx", "fashion", load_fashion_mnist, mobilenet.MobileNetV2, mobilenet.RECIPE
    ),
    "lstm": Sample("lstm-fashion/lstm-fashion.onnx", "fashion", load_fashion_mnist, lstm.RowLstm, lstm.RECIPE),
    "vit": Sample("vit-fashion/vit-fashion.onnx", "fashion", load_fashion_mnist, vit.VisionTransformer, vit.RECIPE),
}


def make(sample: Sample, data_folder: Path) -> None:
    data = sample.load(data_folder)
    model = train(sample.build, sample.recipe, data)
    path = HERE / sample.model
    export_model(model, data, path)
    write_test_images(data, HERE / sample.test_images)
    report = write_accuracy(model, data, path.parent / "accuracy.json")
    for split, result in report.items():
        print(f"{split}: {result['correct']} of {result['images']} right, {result['accuracy']:.2%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sample", choices=SAMPLES)
    parser.add_argument("data", type=Path, help="folder of the data set, as README.md says")
    arguments = parser.parse_args()
    make(SAMPLES[arguments.sample], arguments.data)


if __name__ == "__main__":
    main()
