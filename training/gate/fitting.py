"""Teaches the gate by what both branches made of many crops."""

from dataclasses import dataclass

import numpy as np
import torch

from evaluation.embedding import Vectors
from evaluation.logistic import Numbers
from evaluation.probes import unit
from training.gate.network import CLOSED, Gate, mixed
from training.observations import Observations
from training.people import People
from training.strangers import closer

SIZE, RATE = 512, 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is chosen by people whom the fit does not see."""

    hidden: int = 32
    cost: float = 0.02
    """Price of opening: the robust branch takes time, and clean crops need none of it."""

    strangers: float = 0.05
    """Weight of resembling others more than the clean crop does."""

    epochs: int = 20


def fit(seen: Observations, people: People, settings: Settings, *, seed: int) -> Gate:
    """Fit a gate.

    The objective: 1 - cosine of the mixture to the frozen vector of the clean crop, what keeps
    strangers away, and a price for every opening.
    """
    torch.manual_seed(seed)
    gate = Gate(hidden=settings.hidden)
    optimizer = torch.optim.Adam(gate.parameters(), RATE, weight_decay=1e-4)
    summary, frozen, robust = (
        torch.from_numpy(each) for each in (seen.summary, seen.frozen, seen.robust)
    )
    clean = torch.from_numpy(unit(people.raw[seen.row]))
    centres = torch.from_numpy(people.centres(~people.profile))
    for _ in range(settings.epochs):
        for rows in torch.split(torch.randperm(len(summary)), SIZE):
            share = gate(summary[rows])
            both = mixed(frozen[rows], robust[rows], share)
            distance = 1 - (both * clean[rows]).sum(1)
            others = closer(both @ centres.T, clean[rows] @ centres.T)
            loss = (distance + settings.strangers * others + settings.cost * share).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return gate.eval()


@torch.no_grad()
def applied(gate: Gate, seen: Observations) -> tuple[Vectors, Numbers]:
    """The served vectors of what was seen, shape (n, 512), and the shares, shape (n,)."""
    share = gate(torch.from_numpy(seen.summary))
    share = torch.where(share > CLOSED, share, 0.0)
    both = mixed(torch.from_numpy(seen.frozen), torch.from_numpy(seen.robust), share)
    return both.numpy(), share.numpy().astype(np.float64)
