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
from faces.patterns import overlaps
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

    told: Floats
    """Shape (n, p): the robust branch's logits of occlusion patterns."""

    covered: Floats
    """Shape (n,): share of the crop that something hides. Range [0, 1]."""

    pattern: NDArray[np.int64]
    """Shape (n,): the pattern that fits best."""

    overlap: Floats
    """Shape (n,): how well it fits, as intersection over union."""

    clean: NDArray[np.bool_]
    """Shape (n,): nothing was done to it."""


class Observer:
    """Runs both branches."""

    def __init__(self, frozen: MobileFaceNet, robust: RobustBranch) -> None:
        self._frozen, self._robust = frozen.eval(), robust.eval()

    @torch.no_grad()
    def look(self, crops: NDArray[np.uint8]) -> tuple[Floats, Floats, Floats, Floats]:
        """Summaries, frozen and robust directions, and pattern logits of crops (n, 112, 112, 3)."""
        values = torch.stack([tensor(crop) for crop in crops])
        values = values.contiguous(memory_format=torch.channels_last)
        features = self._frozen.features(values)
        raw = self._frozen.vectors(features.last)
        answer = self._robust(values)
        if answer.patterns is None:
            raise ValueError("a branch without a pattern predictor")
        found = (
            summarize(features, raw),
            functional.normalize(raw),
            functional.normalize(answer.raw),
            answer.patterns,
        )
        summary, frozen, robust, told = (each.float().numpy() for each in found)
        return summary, frozen, robust, told


def observe(
    people: People, observer: Observer, *, aside: bool, count: int, seed: int, cache: Path
) -> Observations:
    """Spoil and look, or take what was seen from `cache`.

    Args:
        people: All photos.
        observer: Of both branches.
        aside: Of the people kept aside, or of the others.
        count: Crops to make, half of them with something before the face.
        seed: Of all that is left to chance.
        cache: A file; delete it when anything changes.
    """
    if not cache.exists():
        rows = np.flatnonzero(people.aside == aside)
        made = list(_made(people, observer, rows, count, seed))
        names = [field.name for field in fields(Observations)]
        columns = {name: np.concatenate([part[name] for part in made]) for name in names}
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, **columns)  # type: ignore[arg-type]  # names are none of its own options
    with np.load(cache) as stored:
        return Observations(**stored)


def _made(
    people: People, observer: Observer, rows: NDArray[np.int64], count: int, seed: int
) -> Iterator[dict[str, NDArray[np.generic]]]:
    generator = np.random.default_rng(seed)
    for _ in track(range(count // _BATCH), description="looking"):
        chosen = generator.choice(rows, _BATCH)
        shown = [mix(people.crops[row], generator, occlude=0.5, spoil=0.6) for row in chosen]
        fits = np.stack([overlaps(each.mask) for each in shown])
        summary, frozen, robust, told = observer.look(np.stack([each.crop for each in shown]))
        yield {
            "row": chosen,
            "summary": summary,
            "frozen": frozen,
            "robust": robust,
            "told": told,
            "covered": np.array([each.mask.mean() for each in shown], np.float32),
            "pattern": fits.argmax(1),
            "overlap": fits.max(1).astype(np.float32),
            "clean": np.array([not each.causes for each in shown]),
        }
