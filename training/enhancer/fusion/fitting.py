"""Teaches a fusion gate by vectors that were seen before."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from evaluation.embedding import Vectors
from evaluation.logistic import Numbers
from evaluation.probes import unit
from training.enhancer.fusion.gate import FusionGate
from training.enhancer.fusion.observations import Observed
from training.people import People

SIZE, RATE = 256, 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is chosen by people whom the fit does not see."""

    vector: bool = False
    hidden: int = 32
    strangers: float = 1.0
    """Weight of the hinge."""

    epochs: int = 20


def fit(seen: Observed, people: People, settings: Settings, *, seed: int) -> FusionGate:
    """Fit a gate: 1 - cosine to the clean crop's frozen vector, and a hinge on strangers."""
    torch.manual_seed(seed)
    gate = FusionGate(hidden=settings.hidden, vector=settings.vector, dimension=seen.raw.shape[1])
    optimizer = torch.optim.Adam(gate.parameters(), RATE, weight_decay=1e-3)
    given = _given(seen)
    clean = torch.from_numpy(unit(people.raw[seen.row]))
    centres = torch.from_numpy(people.centres(~people.profile))
    known = np.unique(people.person[~people.profile])
    own = torch.from_numpy(np.searchsorted(known, people.person[seen.row]))
    for _ in range(settings.epochs):
        for rows in torch.split(torch.randperm(len(clean)), SIZE):
            fused, _, _ = gate(*(each[rows] for each in given))
            distance = 1 - (fused * clean[rows]).sum(1)
            closer = hinge(fused, clean[rows], centres, own[rows])
            optimizer.zero_grad()
            (distance + settings.strangers * closer).mean().backward()
            optimizer.step()
    return gate.eval()


def hinge(fused: Tensor, clean: Tensor, centres: Tensor, own: Tensor) -> Tensor:
    """By how much a vector is nearer to some stranger than the clean crop's is: shape (n,).

    Args:
        fused: Shape (n, d), unit length.
        clean: Shape (n, d), unit length.
        centres: Shape (p, d), unit length: of all people.
        own: Shape (n,), int64: the row of each one's own centre, which does not count.
    """
    closer = functional.relu(fused @ centres.T - clean @ centres.T)
    return closer.scatter(1, own[:, None], 0.0).amax(1)


@torch.no_grad()
def applied(gate: FusionGate, seen: Observed) -> tuple[Vectors, Numbers]:
    """Fused vectors (n, d), and the share of the crop as it came (n,)."""
    fused, share, _ = gate(*_given(seen))
    return fused.numpy(), share.numpy().astype(np.float64)


def _given(seen: Observed) -> list[Tensor]:
    columns = (seen.raw, seen.enhanced, seen.raw_quality, seen.quality, seen.scale)
    return [torch.from_numpy(each) for each in columns]
