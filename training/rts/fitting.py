"""Teaches the temperature head by the vectors that are served."""

from dataclasses import dataclass

import numpy as np
import torch
from rich.progress import track

from evaluation.embedding import Vectors
from training.observations import Observations
from training.people import People
from training.rts.head import TemperatureHead, uncertainty
from training.rts.loss import objective

EPOCHS, SIZE, RATE = 30, 512, 1e-3

CLIP = 2.5
"""Largest norm of the gradient, as the authors of RTS have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is chosen by people kept aside."""

    delta: int = 16
    hidden: int = 128
    scale: float = 30.0
    margin: float = 0.5
    weight: float = 0.3
    """Of the divergence."""


def fit(
    seen: Observations, served: Vectors, people: People, settings: Settings, *, seed: int
) -> TemperatureHead:
    """Fit a head.

    Args:
        seen: Crops of people whom the fit may see.
        served: Shape (n, 512), unit length: the vectors of these crops that callers get.
        people: All photos.
        settings: Shape and objective.
        seed: Of all that is left to chance.
    """
    torch.manual_seed(seed)
    head = TemperatureHead(delta=settings.delta, hidden=settings.hidden)
    optimizer = torch.optim.Adam(head.parameters(), RATE, weight_decay=1e-4)
    summary, vectors = torch.from_numpy(seen.summary), torch.from_numpy(served)
    centres = torch.from_numpy(people.centres(~people.aside))
    known = np.unique(people.person[~people.aside & ~people.profile])
    persons = torch.from_numpy(np.searchsorted(known, people.person[seen.row]))
    for _ in track(range(EPOCHS), description="temperature"):
        for rows in torch.split(torch.randperm(len(summary)), SIZE):
            loss = objective(
                head(summary[rows]),
                vectors[rows] @ centres.T,
                persons[rows],
                scale=settings.scale,
                margin=settings.margin,
                weight=settings.weight,
            )
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch's own
            torch.nn.utils.clip_grad_norm_(head.parameters(), CLIP)
            optimizer.step()
    return head.eval()


@torch.no_grad()
def judged(head: TemperatureHead, seen: Observations) -> Vectors:
    """Uncertainties of what was seen, shape (n,); higher is less sure."""
    return uncertainty(head(torch.from_numpy(seen.summary))).numpy()
