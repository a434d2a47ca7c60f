"""What both branches see in many spoiled crops: computed once, for the heads to learn from."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from torch.nn import functional

from degradations import mix
from training import arrays
from training.backbone.folder import tensor
from training.backbone.network import MobileFaceNet
from training.people import People
from training.robust.model import RobustBranch
from training.rts.head import summarize

_BATCH = 50

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observations:
    """One row for each spoiled crop."""

    row: NDArray[np.int64]
    """Shape (n,): which photo it was made of."""

    summary: Floats
    """Shape (n, s): of the frozen backbone's maps (`training.rts.head.summarize`)."""

    frozen: Floats
    """Shape (n, 512), unit length."""

    robust: Floats
    """Shape (n, 512), unit length."""

    length: Floats
    """Shape (n,): of the robust branch's vector before it was normalised."""

    told: Floats
    """Shape (n, p): the robust branch's logits of occlusion patterns."""

    covered: Floats
    """Shape (n,): share of the crop that something hides. Range [0, 1]."""

    clean: NDArray[np.bool_]
    """Shape (n,): nothing was done to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """How often crops are spoiled, and with what luck."""

    count: int
    """Crops to make."""

    occlude: float
    """Share with something before the face."""

    spoil: float
    """Share that a camera spoils."""

    seed: int
    """Of all that is left to chance."""


class Observer:
    """Runs both branches."""

    def __init__(self, frozen: MobileFaceNet, robust: RobustBranch) -> None:
        self._frozen, self._robust = frozen.eval(), robust.eval()

    @torch.no_grad()
    def look(self, crops: NDArray[np.uint8]) -> dict[str, Floats]:
        """What the branches see in crops (n, 112, 112, 3): those of the columns by name."""
        values = torch.stack([tensor(crop) for crop in crops])
        values = values.contiguous(memory_format=torch.channels_last)
        features = self._frozen.features(values)
        raw = self._frozen.vectors(features.last)
        answer = self._robust(values)
        if answer.patterns is None:
            raise ValueError("a branch without a pattern predictor")
        found = {
            "summary": summarize(features, raw),
            "frozen": functional.normalize(raw),
            "robust": functional.normalize(answer.raw),
            "length": answer.raw.norm(dim=1),
            "told": answer.patterns,
        }
        return {name: values.float().numpy() for name, values in found.items()}


def observe(
    people: People, observer: Observer, mixture: Mixture, *, rows: NDArray[np.int64], cache: Path
) -> Observations:
    """Spoil and look, or take what was seen from `cache`.

    Args:
        people: All photos.
        observer: Of both branches.
        mixture: What is done to how many.
        rows: Photos to draw from.
        cache: A file; delete it when anything changes.
    """
    if not cache.exists():
        made = list(_made(people, observer, mixture, rows))
        names = [field.name for field in fields(Observations)]
        columns = {name: np.concatenate([part[name] for part in made]) for name in names}
        arrays.save(cache, columns)
    with np.load(cache) as stored:
        return Observations(**stored)


def _made(
    people: People, observer: Observer, mixture: Mixture, rows: NDArray[np.int64]
) -> Iterator[dict[str, NDArray[np.generic]]]:
    generator = np.random.default_rng(mixture.seed)
    how = {"occlude": mixture.occlude, "spoil": mixture.spoil}
    starts = range(0, mixture.count, _BATCH)
    for start in track(starts, description=f"looking, seed {mixture.seed}"):
        chosen = generator.choice(rows, min(_BATCH, mixture.count - start))
        shown = [mix(people.crops[row], generator, **how) for row in chosen]
        yield {
            "row": chosen,
            **observer.look(np.stack([each.crop for each in shown])),
            "covered": np.array([each.mask.mean() for each in shown], np.float32),
            "clean": np.array([not each.causes for each in shown]),
        }
