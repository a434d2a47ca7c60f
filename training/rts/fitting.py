"""Teaches the temperature head by the vectors that are served."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from evaluation.embedding import Vectors
from evaluation.logistic import Numbers
from training.comparisons import Comparisons
from training.observations import Observations
from training.people import People
from training.rts.head import TemperatureHead, uncertainty
from training.rts.loss import objective

SIZE, RATE = 512, 1e-3

CLIP = 2.5
"""Largest norm of the gradient, as the authors of RTS have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is chosen by people kept aside."""

    inputs: str = "all"
    """One of `training.rts.head.INPUTS`."""

    delta: int = 16
    hidden: int = 128
    scale: float = 30.0
    margin: float = 0.5
    weight: float = 0.3
    """Of the divergence."""

    utility: float = 0.0
    """Of the chance to pass, as a curve over log u: ours, for RTS knows of no comparisons."""

    epochs: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Crops of people whom the fit may see."""

    summary: Tensor
    """Shape (n, SUMMARY)."""

    cosines: Tensor
    """Shape (n, p): of the served vectors with the centres of people."""

    persons: Tensor
    """Shape (n,): whose each is."""

    compared: Tensor
    """Shape (m,): rows with a comparison."""

    passed: Tensor
    """Shape (n,): 1 where that reached its line, 0 where it did not or there is none."""


def lesson(seen: Observations, served: Vectors, people: People, comparisons: Comparisons) -> Lesson:
    """Gather what a fit needs.

    Args:
        seen: Crops.
        served: Shape (n, 512), unit length: their vectors as callers get them.
        people: All photos.
        comparisons: Of the same crops.
    """
    known = np.unique(people.person[seen.row])
    centres = people.centres(np.isin(people.person, known))
    passed = torch.zeros(len(served))
    compared = torch.from_numpy(comparisons.observed)
    passed[compared] = torch.from_numpy(comparisons.passed(served).astype(np.float32))
    return Lesson(
        summary=torch.from_numpy(seen.summary),
        cosines=torch.from_numpy(served @ centres.T),
        persons=torch.from_numpy(np.searchsorted(known, people.person[seen.row])),
        compared=compared,
        passed=passed,
    )


def fit(learnt: Lesson, settings: Settings, *, seed: int) -> TemperatureHead:
    """Fit a head."""
    torch.manual_seed(seed)
    head = TemperatureHead(delta=settings.delta, hidden=settings.hidden, inputs=settings.inputs)
    curve = _Curve()
    parameters = [*head.parameters(), *curve.parameters()]
    optimizer = torch.optim.Adam(parameters, RATE, weight_decay=1e-4)
    there = torch.zeros(len(learnt.summary), dtype=torch.bool)
    there[learnt.compared] = True
    for _ in range(settings.epochs):
        for rows in torch.split(torch.randperm(len(there)), SIZE):
            logs = head(learnt.summary[rows])
            loss = objective(
                logs,
                learnt.cosines[rows],
                learnt.persons[rows],
                scale=settings.scale,
                margin=settings.margin,
                weight=settings.weight,
            )
            if settings.utility:
                chances = curve(uncertainty(logs).log())[there[rows]]
                passed = learnt.passed[rows][there[rows]]
                missed = functional.binary_cross_entropy_with_logits(chances, passed)
                loss = loss + settings.utility * missed
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch's own
            torch.nn.utils.clip_grad_norm_(parameters, CLIP)
            optimizer.step()
    return head.eval()


@torch.no_grad()
def judged(head: TemperatureHead, summary: Vectors) -> Numbers:
    """Uncertainties by summaries (n, SUMMARY): shape (n,); higher is less sure."""
    return uncertainty(head(torch.from_numpy(summary))).numpy().astype(np.float64)


class _Curve(nn.Module):
    """Logits of the chance to pass: they fall with log u, by learned numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.midpoint = nn.Parameter(torch.zeros(()))
        self.slope = nn.Parameter(torch.ones(()))

    def forward(self, logs: Tensor) -> Tensor:
        return functional.softplus(self.slope) * (self.midpoint - logs)
