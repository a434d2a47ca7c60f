"""Calibrates the length of a raw vector as the chance that a genuine comparison passes.

Half of the probes are clean, half degraded. The event: the cosine of the probe against a different
clean crop of the same identity reaches the threshold of one false match in a thousand, which is
set on clean crops of the identities of the fit. Everything reported is on identities that the fit
did not see.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from evaluation import metrics
from evaluation.crops import Photo, read
from evaluation.duplicates import merge_duplicates
from evaluation.embedding import Embedder
from evaluation.logistic import Numbers, Sigmoid, fit
from evaluation.probes import Probes, draw, observe, unit
from evaluation.scores import Scores, pair_scores

Method = Literal["magnitude", "log_magnitude"]

FALSE_MATCH_RATE = 1e-3
"""At the threshold of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The outcome: what goes into `models.toml`, and what the fit compared."""

    method: Method
    """What the sigmoid takes."""

    sigmoid: Sigmoid
    """From that number to quality."""

    threshold: float
    """Cosine of the event."""

    losses: dict[Method, float]
    """Held-out log loss of both methods, in nats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Everything that the report is written from."""

    probes: Probes
    """All of them, seen and unseen."""

    calibration: Calibration
    """The fit."""

    scores: Scores
    """Clean against clean, profiles left out, all identities."""


def measure(embedder: Embedder, photos: list[Photo], *, seed: int) -> Measured:
    """Embed everything once, clean and as a probe, and calibrate."""
    drawn = draw(photos, seed=seed)
    clean = embedder.embed(len(photos), lambda i: read(photos[i]), title="clean crops")
    probes = observe(embedder, photos, drawn, clean)
    directions, frontal = unit(clean), ~probes.profile
    names = np.unique([photo.identity for photo in photos], return_inverse=True)[1]
    people = merge_duplicates(directions, names)
    # Who is in the data under two names must not be fitted on as the one and reported as
    # the other.
    probes = replace(probes, unseen=np.isin(people, people[probes.unseen]))
    fitting = frontal & ~probes.unseen
    threshold = pair_scores(directions[fitting], people[fitting]).threshold(FALSE_MATCH_RATE)
    return Measured(
        probes=probes,
        calibration=calibrate(probes, threshold=threshold),
        scores=pair_scores(directions[frontal], people[frontal]),
    )


def calibrate(probes: Probes, *, threshold: float) -> Calibration:
    """Fit both methods on seen identities; the lower log loss on unseen ones wins."""
    passed = probes.cosine >= threshold
    inputs: dict[Method, Numbers] = {
        "magnitude": probes.magnitude,
        "log_magnitude": np.log(probes.magnitude),
    }
    fits = {name: fit(x[~probes.unseen], passed[~probes.unseen]) for name, x in inputs.items()}
    losses = {
        name: metrics.log_loss(fits[name](x[probes.unseen]), passed[probes.unseen])
        for name, x in inputs.items()
    }
    best = min(losses, key=lambda name: losses[name])
    return Calibration(method=best, sigmoid=fits[best], threshold=threshold, losses=losses)


def quality(calibration: Calibration, magnitude: Numbers) -> Numbers:
    """Promised chance to pass, in [0, 1]."""
    logs = calibration.method == "log_magnitude"
    return calibration.sigmoid(np.log(magnitude) if logs else magnitude)
