"""Scores live faces and the attacks that are made of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from evaluation.liveness.parts import Photographed
from evaluation.liveness.presentations import CONTROLS, KINDS, Part
from evaluation.liveness.rates import Outcome, Scores, line, outcome
from services.detector.liveness import Liveness, Patch

LIVE = "live"
"""Live faces as their photos show them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a model says."""

    choosing: Scores
    """Of live faces of the people by whom lines are drawn."""

    live: dict[str, Scores]
    """Of live faces of the others: as they are, and after each control."""

    attacks: dict[str, Scores]
    """Made of the same, by kind."""

    def at(self, share: float) -> Outcome:
        """With the line that refuses this share of the people by whom lines are drawn."""
        return outcome(line(self.choosing, share), self.live, self.attacks)

    def fixed(self, at: float) -> Outcome:
        """With a line that nobody chose here."""
        return outcome(at, self.live, self.attacks)


def measure(model: Liveness, faces: Iterable[Photographed], *, seed: int) -> Measured:
    """Score every face, and what is made of those that are reported on."""
    choosing: list[float] = []
    live: defaultdict[str, list[float]] = defaultdict(list)
    attacks: defaultdict[str, list[float]] = defaultdict(list)
    for number, face in enumerate(faces):
        [score] = model.score([face.patch])
        if face.chosen_by:
            choosing.append(score)
            continue
        live[LIVE].append(score)
        for group, kinds in ((live, CONTROLS), (attacks, KINDS)):
            for place, (name, present) in enumerate(kinds.items()):
                generator = np.random.default_rng([seed, number, place, len(kinds)])
                shown = _patch(present(face.part, generator), model.side)
                group[name] += model.score([shown])
    return Measured(
        choosing=np.array(choosing),
        live={name: np.array(scores) for name, scores in live.items()},
        attacks={name: np.array(scores) for name, scores in attacks.items()},
    )


def _patch(part: Part, side: int) -> Patch:
    scaled = cv2.resize(np.ascontiguousarray(part[..., ::-1]), (side, side))
    return np.asarray(scaled, dtype=np.uint8)
