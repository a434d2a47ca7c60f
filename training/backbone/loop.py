"""Trains a backbone from nothing: on one processor, or on GPUs with `torchrun`."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

import torch
from rich.progress import Progress
from torch import Tensor, nn
from torch.utils.data import DataLoader

from training.backbone.fleet import Fleet
from training.backbone.folder import CropFolder, SeveralEach
from training.backbone.losses import LOSSES
from training.backbone.network import DIMENSION, MobileFaceNet
from training.backbone.recipe import Recipe
from training.checkpoint import Checkpoint


class Training:
    """A backbone and a loss on their way; `path` has their state after every epoch."""

    def __init__(self, folder: CropFolder, recipe: Recipe, fleet: Fleet, path: Path) -> None:
        """Begin, or go on where the file at `path` ends.

        Raises:
            ValueError: What is at `path` was begun with other photos or another recipe.
        """
        _same_as_begun(path.with_suffix(".json"), folder, recipe, fleet)
        torch.manual_seed(recipe.seed)
        self._folder, self._recipe, self._fleet = folder, recipe, fleet
        # Channels last: four times as fast on processors.
        self.network = MobileFaceNet().to(fleet.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.loss = LOSSES[recipe.loss](DIMENSION, len(folder.names)).to(fleet.device)
        both = nn.ModuleList([self.network, self.loss])
        self._optimizer = torch.optim.SGD(_groups(both), lr=0.0, momentum=0.9)
        self._checkpoint = Checkpoint(path)
        self.epochs_done = self._checkpoint.load(
            optimizer=self._optimizer, network=self.network, loss=self.loss
        )
        self._taught = fleet.shared(self.network)
        self._judged = fleet.shared(self.loss)

    def run(self) -> Iterator[tuple[int, float]]:
        """Train to the end; after each epoch, how many are done and the mean loss."""
        recipe, fleet = self._recipe, self._fleet
        with Progress(disable=not fleet.first) as bar:
            total = recipe.epochs
            task = bar.add_task(recipe.loss, total=total, completed=self.epochs_done)
            for epoch in range(self.epochs_done, total):
                loader = self._loader(epoch)
                losses = []
                for step, (crops, persons) in enumerate(loader):
                    self._set_rate(epoch + (step + 1) / len(loader))
                    losses.append(self._step(crops, persons))
                    bar.advance(task, 1 / len(loader))
                self.epochs_done = epoch + 1
                if fleet.first:
                    self._checkpoint.save(
                        epoch + 1,
                        optimizer=self._optimizer,
                        network=self.network,
                        loss=self.loss,
                    )
                yield epoch + 1, sum(losses) / len(losses)

    def _loader(self, epoch: int) -> DataLoader[tuple[Tensor, Tensor]]:
        recipe = self._recipe
        torch.manual_seed(recipe.seed + epoch * self._fleet.count + self._fleet.rank)
        workers = {
            "num_workers": recipe.workers,
            "multiprocessing_context": "spawn" if recipe.workers else None,
        }
        if recipe.loss == "triplet":
            several = SeveralEach(
                self._folder.persons, size=recipe.size, processes=self._fleet.count
            )
            return DataLoader(self._folder, batch_sampler=several, **workers)  # type: ignore[arg-type]
        sampler = self._fleet.sampler(self._folder, epoch, seed=recipe.seed)
        # A batch of one crop has no variance to norm by.
        whole = len(self._folder) >= recipe.size * self._fleet.count
        return DataLoader(
            self._folder,  # type: ignore[arg-type]  # batches are tuples of tensors
            batch_size=recipe.size,
            sampler=sampler,
            drop_last=whole,
            **workers,  # type: ignore[arg-type]
        )

    def rate_at(self, progress: float) -> float:
        """The learning rate after so many epochs."""
        return self._recipe.rate_at(progress, self._recipe.size * self._fleet.count)

    def _set_rate(self, progress: float) -> None:
        rate = self.rate_at(progress)
        for group in self._optimizer.param_groups:
            group["lr"] = rate

    def _step(self, crops: Tensor, persons: Tensor) -> float:
        self._taught.train()
        crops = crops.to(self._fleet.device, memory_format=torch.channels_last)
        persons = persons.to(self._fleet.device)
        halves: AbstractContextManager[None] = self._fleet.halves()
        with halves:
            vectors = self._taught(crops)
        loss: Tensor = self._judged(vectors.float(), persons)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self._optimizer.step()
        return float(loss.detach())


def _same_as_begun(path: Path, folder: CropFolder, recipe: Recipe, fleet: Fleet) -> None:
    # Other people in the same order would take the first ones' centres without a word.
    asked = asdict(recipe) | {"photos": folder.digest}
    asked.pop("workers")
    if path.exists():
        begun = json.loads(path.read_text(encoding="utf-8"))
        other = [name for name in asked if begun.get(name) != asked[name]]
        if other:
            raise ValueError(
                f"{path} was begun with other {', '.join(other)}: choose another folder"
            )
    elif fleet.first:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asked, indent=2), encoding="utf-8")


def _groups(networks: nn.Module) -> list[dict[str, object]]:
    thin = [p for p in networks.parameters() if p.ndim == 1]
    wide = [p for p in networks.parameters() if p.ndim > 1]
    return [{"params": wide, "weight_decay": 5e-4}, {"params": thin, "weight_decay": 0.0}]
