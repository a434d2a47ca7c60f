"""Where policies may draw their lines: clean photos of the training data before a learned model."""

import numpy as np
from rich.progress import track

from evaluation import card
from evaluation.aside import aside
from evaluation.crops import Photo, read
from evaluation.duplicates import merge_duplicates
from evaluation.logistic import Numbers
from evaluation.scores import pair_scores
from evaluation.seen import Seen, joined
from evaluation.subject import Subject

_BATCH = 128


def section(subject: Subject, photos: list[Photo]) -> str:
    """Look at all photos, and write what was found as Markdown for the model's card."""
    parts: list[Seen] = []
    for start in track(range(0, len(photos), _BATCH), description="clean photos"):
        crops = np.stack([read(photo) for photo in photos[start : start + _BATCH]])
        parts.append(subject.see(subject.outputs(crops, lambda _: None)))
    seen = joined(parts)
    names = np.unique([photo.identity for photo in photos], return_inverse=True)[1]
    people = merge_duplicates(seen.vectors, names)
    frontal = np.array([not photo.profile for photo in photos])
    new = aside(people)
    scores = pair_scores(seen.vectors[frontal], people[frontal])
    groups = {"not profile": new & frontal, "profile": new & ~frontal}
    lines = [
        "## Clean photos of people kept aside",
        "",
        "| photos | n | mean q | q ≥ .60 | q ≥ .45 | q ≥ .35 | looked at twice |",
        "| --- " * 7 + "|",
        *(f"| {name} | {_row(seen, group)} |" for name, group in groups.items()),
        "",
        *card.scores(scores),
    ]
    return "\n".join(lines)


def _row(seen: Seen, group: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> str:
    quality = seen.quality[group]
    twice: Numbers = np.zeros(len(group)) if seen.share is None else seen.share
    shares = [
        quality.mean(),
        *((quality >= line).mean() for line in card.LINES),
        (twice[group] > 0).mean(),
    ]
    return " | ".join([str(len(quality)), *(f"{share:.3f}" for share in shares)])
