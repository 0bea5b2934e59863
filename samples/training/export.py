"""What a trained sample leaves in its folder: the ONNX model, test inputs with labels, and its float accuracy."""

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from .data import Dataset, Split
from .loop import count_correct

OPSET = 17
TEST_IMAGES = 500


def export_model(model: nn.Module, data: Dataset, path: Path) -> None:
    """Write `image` [batch, 1, 28, 28] to `logits` [batch, 10] as torch.onnx.export does it by default, batch free."""
    path.parent.mkdir(exist_ok=True)
    torch.onnx.export(
        model,
        data.normalise(data.held_out.images[:2]),
        str(path),
        opset_version=OPSET,
        input_names=["image"],
        output_names=["logits"],
        dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
    )
    onnx.checker.check_model(onnx.load(str(path)), full_check=True)


def first_test_images(data: Dataset) -> Split:
    return Split(data.held_out.images[:TEST_IMAGES], data.held_out.labels[:TEST_IMAGES])


def write_test_images(data: Dataset, folder: Path) -> None:
    """Write the first held-out images, normalised, under the name of the models' input, and their labels."""
    folder.mkdir(exist_ok=True)
    split = first_test_images(data)
    np.savez_compressed(folder / "test-images.npz", image=data.normalise(split.images).numpy())
    np.save(folder / "test-labels.npy", split.labels.numpy())


def write_accuracy(model: nn.Module, data: Dataset, path: Path) -> dict:
    """Measure the float model on the whole held-out split and on the test images, and write both beside the model."""
    report = {
        "heldOut": _accuracy(model, data.held_out, data),
        "testImages": _accuracy(model, first_test_images(data), data),
    }
    path.write_text(json.dumps(report, indent=2) + "\n")
    return report


def _accuracy(model: nn.Module, split: Split, data: Dataset) -> dict:
    count, correct = len(split.labels), count_correct(model, split, data)
    return {"images": count, "correct": correct, "accuracy": correct / count}
