"""The training loop every sample shares: AdamW, one learning-rate cycle, random shifts and flips, last epoch kept."""

import time
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import cross_entropy, pad

from .data import Dataset, Split


@dataclass(frozen=True)
class Recipe:
    epochs: int
    peak_learning_rate: float
    batch_size: int = 128
    weight_decay: float = 0.01
    max_shift: int = 2
    """pixels, each way; the border is filled with background"""
    flip: bool = False
    """mirror half of the images: harmless for clothes, wrong for digits"""
    seed: int = 1
    threads: int = 1
    """sums are split over threads: another number gives other last digits, and in the end another model"""


def train(build, recipe: Recipe, data: Dataset) -> nn.Module:
    """Train what `build()` makes and return it in eval mode. The held-out split is looked at by nobody here."""
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    torch.use_deterministic_algorithms(True)
    model = build()
    count = len(data.train.labels)
    steps = -(-count // recipe.batch_size)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.peak_learning_rate, epochs=recipe.epochs, steps_per_epoch=steps
    )
    for epoch in range(recipe.epochs):
        started, total = time.monotonic(), 0.0
        model.train()
        for batch in torch.randperm(count).split(recipe.batch_size):
            images = data.normalise(augment(data.train.images[batch], recipe))
            loss = cross_entropy(model(images), data.train.labels[batch])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch + 1}/{recipe.epochs}  loss {total / count:.4f}  {time.monotonic() - started:.1f} s", flush=True)
    return model.eval()


def augment(images: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Move every image [n, 1, h, w] by its own whole number of pixels and, if the recipe says so, mirror half of them."""
    count, _, height, width = images.shape
    if recipe.flip:
        mirrored = torch.rand(count, 1, 1, 1) < 0.5
        images = torch.where(mirrored, images.flip(-1), images)
    offsets = torch.randint(0, 2 * recipe.max_shift + 1, (2, count, 1))
    rows = offsets[0] + torch.arange(height)
    columns = offsets[1] + torch.arange(width)
    padded = pad(images, [recipe.max_shift] * 4)
    sample = torch.arange(count).view(-1, 1, 1)
    return padded[sample, 0, rows.unsqueeze(2), columns.unsqueeze(1)].unsqueeze(1)


@torch.no_grad()
def count_correct(model: nn.Module, split: Split, data: Dataset) -> int:
    """How many images of the split the model puts into their class."""
    batches = zip(split.images.split(500), split.labels.split(500))
    return sum(int((model(data.normalise(images)).argmax(1) == labels).sum()) for images, labels in batches)
