"""Teaches the gate by what both branches made of many crops."""

import numpy as np
import torch
from rich.progress import track
from torch import Tensor
from torch.nn import functional

from evaluation.embedding import Vectors
from evaluation.probes import unit
from training.gate.network import CLOSED, Gate, mixed
from training.observations import Observations
from training.people import People

EPOCHS, SIZE, RATE = 30, 512, 1e-3

STRANGERS = 2.0
"""Weight of resembling somebody else's centre more than the clean crop does."""

COST = 0.02
"""Price of opening: the robust branch takes time, and clean crops need none of it."""


def fit(seen: Observations, people: People, *, seed: int) -> Gate:
    """Fit a gate to what was seen of people whom the fit may see.

    The objective: 1 - cosine of the mixture to the frozen vector of the clean crop, a hinge that
    keeps strangers away, and a price for every opening.
    """
    torch.manual_seed(seed)
    gate = Gate()
    optimizer = torch.optim.Adam(gate.parameters(), RATE, weight_decay=1e-4)
    summary, frozen, robust = (
        torch.from_numpy(each) for each in (seen.summary, seen.frozen, seen.robust)
    )
    clean = torch.from_numpy(unit(people.raw[seen.row, 0]))
    centres = torch.from_numpy(people.centres(~people.aside))
    own = torch.from_numpy(_places(people, seen))
    for _ in track(range(EPOCHS), description="gate"):
        for rows in torch.split(torch.randperm(len(summary)), SIZE):
            share = gate(summary[rows])
            both = mixed(frozen[rows], robust[rows], share)
            distance = 1 - (both * clean[rows]).sum(1)
            closer = _strangers(both, clean[rows], centres, own[rows])
            loss = (distance + STRANGERS * closer + COST * share).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return gate.eval()


@torch.no_grad()
def applied(gate: Gate, seen: Observations) -> tuple[Vectors, Vectors]:
    """The served vectors of what was seen, shape (n, 512), and the shares, shape (n,)."""
    share = gate(torch.from_numpy(seen.summary))
    share = torch.where(share > CLOSED, share, 0.0)
    both = mixed(torch.from_numpy(seen.frozen), torch.from_numpy(seen.robust), share)
    return both.numpy(), share.numpy()


def _strangers(both: Tensor, clean: Tensor, centres: Tensor, own: Tensor) -> Tensor:
    near, before = both @ centres.T, clean @ centres.T
    closer = functional.relu(near - before.clamp(min=0))
    return closer.scatter(1, own[:, None], 0.0).square().sum(1)


def _places(people: People, seen: Observations) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    known = np.unique(people.person[~people.aside & ~people.profile])
    return np.searchsorted(known, people.person[seen.row])
