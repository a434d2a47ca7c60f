"""The processors of a training: this one, or the GPUs that `torchrun` gave a process each."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DistributedSampler, RandomSampler, Sampler

from training.backbone.folder import CropFolder


@dataclass(frozen=True, slots=True)
class Fleet:
    """One of `count` processes that train the same network. GPUs were not run here: with
    processors, `torchrun` uses gloo and the same code.
    """

    device: torch.device
    rank: int = 0
    count: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the one that writes and shows."""
        return self.rank == 0

    def shared(self, network: nn.Module) -> nn.Module:
        """Average gradients over all processes, where there are several."""
        trained = any(p.requires_grad for p in network.parameters())
        if self.count == 1 or not trained:
            return network
        ids = [self.device] if self.device.type == "cuda" else None
        return DistributedDataParallel(network, device_ids=ids)

    def sampler(self, data: CropFolder, epoch: int, *, seed: int) -> Sampler[int]:
        """Rows of an epoch, each in one process."""
        if self.count == 1:
            return RandomSampler(data)
        rows: DistributedSampler[Any] = DistributedSampler(
            data, num_replicas=self.count, rank=self.rank, seed=seed
        )
        rows.set_epoch(epoch)
        return rows

    def halves(self) -> AbstractContextManager[None]:
        """Compute in bfloat16 on GPUs: half the memory, no scaler needed."""
        on = self.device.type == "cuda"
        return torch.autocast(self.device.type, torch.bfloat16, enabled=on)


@contextlib.contextmanager
def joined() -> Iterator[Fleet]:
    """Join the processes that `torchrun` started; alone without it."""
    cuda = torch.cuda.is_available()
    if "RANK" not in os.environ:
        yield Fleet(torch.device("cuda" if cuda else "cpu"))
        return
    device = torch.device("cuda", int(os.environ["LOCAL_RANK"])) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if cuda else "gloo")
    try:
        yield Fleet(device, distributed.get_rank(), distributed.get_world_size())
    finally:
        distributed.destroy_process_group()
