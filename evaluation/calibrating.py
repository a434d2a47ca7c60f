"""Fits the calibration that is shipped beside a model: to clean frontal photos of `train/`.

What one person looks like, and likelihood ratios, come from the people whom no training saw, the
latter from the everyday mixture of degradations, too. They are too few to tell how alike strangers
are: for that everybody counts, unless the model keeps those apart whom it was trained on.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.progress import Progress

from evaluation import loading
from evaluation.measures.bootstrap import People
from evaluation.memory import Memory, nobody
from evaluation.parts import mixed
from evaluation.parts.calibration import Comparisons, compared
from evaluation.seen import Seen
from evaluation.study import Named
from evaluation.subject import BASELINE, Subject, open_subject
from evaluation.trial import Trial
from faces.calibration import Calibration, Photos, Size, fit, strays
from faces.calibration.accepting import MANY_SEEN
from meshkit.calibration_file import SUFFIX, encode
from meshkit.models.registry import find

FOLDER = "calibrations"
"""Beside the models; where a gateway looks."""

DATA = (
    "training data, frontal photos; of one person: of the people kept aside from training "
    "(evaluation/aside.py); ratios also on its everyday mixture of degradations; strangers: of "
)

EVERYBODY = "everybody"
ASIDE = "the people kept aside alone"
"""Whose photos say how alike strangers are."""

MIXTURE = "everyday"

SIZES = (1, 100, 1000, 10_000)
TARGETS = (0.05, 0.01, 0.001)

COMPARED_SIZES = (1, 100)
COMPARED_TARGET = 0.01
"""Where people who were trained on are held against people who were not."""


def calibrate(data: Path, folder: Path, name: str, cache: Path) -> Calibration:
    """Fit.

    Args:
        data: The data folder.
        folder: Of the models.
        name: An embedder there.
        cache: For what takes minutes; may be deleted.
    """
    subject, memory = open_subject(folder, name), Memory(cache / "outputs")
    loading.require(data, ("train/index.csv",))
    with Progress() as progress:
        known, kept = loading.train(data, open_subject(folder, BASELINE), memory, progress)
        mated = kept.mated(len(kept.first))
        task = progress.add_task("people aside", total=len(kept.crops))
        trial = Trial(subject, kept, mated, memory, lambda count: progress.advance(task, count))
        draws = progress.add_task(MIXTURE, total=None)
        spoiled = mixed.measure(MIXTURE, trial, lambda count: progress.advance(draws, count))
        everybody = progress.add_task("everybody", total=len(known.crops))
        strangers = seen(subject, memory, known, lambda count: progress.advance(everybody, count))
    contract_id = find(folder, name, task="embedder").contract_id
    return fitted(trial, compared(trial, spoiled), strangers, contract_id)


def seen(
    subject: Subject, memory: Memory, known: Named, advance: Callable[[int], None] = nobody
) -> Photos:
    """What a model makes of everybody in `train/`."""
    found = memory.see(subject, known.crops, advance)
    return _sorted(found, np.unique(known.names, return_inverse=True)[1])


def fitted(trial: Trial, spoiled: Comparisons, strangers: Photos, contract_id: str) -> Calibration:
    """Fit what a model made of people.

    Args:
        trial: Of the people kept aside.
        spoiled: The same with worse photos.
        strangers: Of everybody.
        contract_id: Of the vectors.
    """
    photos = _sorted(trial.clean, np.unique(trial.photos.people, return_inverse=True)[1])

    def fit_to(others: Photos | None, whose: str) -> Calibration:
        return fit(
            photos,
            contract_id=contract_id,
            data=DATA + whose,
            made=datetime.now(UTC),
            strangers=others,
            spoiled=(spoiled.similarity, spoiled.quality, spoiled.same),
        )

    alone, together = fit_to(None, ASIDE), fit_to(strangers, EVERYBODY)
    return together if agree(alone, together) else alone


def agree(alone: Calibration, together: Calibration) -> bool:
    """Whether strangers are no less alike if the model was trained on them.

    By the people kept aside alone, what is expected of the others' lines is within its interval.
    """
    for persons in COMPARED_SIZES:
        size = Size(persons=persons, templates=persons)
        expected = alone.expected(together.line(COMPARED_TARGET, size), size)
        if not expected.low <= COMPARED_TARGET <= expected.high:
            return False
    return True


def _sorted(found: Seen, people: People) -> Photos:
    """Without photos that lie in the folder of somebody else."""
    photos = Photos(vectors=found.vectors, quality=found.quality, people=people)
    return photos.where(~strays(found.vectors, people))


def write(calibration: Calibration, folder: Path, name: str) -> Path:
    """Put it where gateways look."""
    path = folder / FOLDER / f"{name}{SUFFIX}"
    path.parent.mkdir(exist_ok=True)
    path.write_text(encode(calibration), encoding="utf-8")
    return path


def table(calibration: Calibration) -> Sequence[Sequence[str]]:
    """Lines for galleries, and what is known of them."""
    rows = [["people", "target FPIR", "line", "FPIR, 95 %", "missed", "false matches"]]
    for persons in SIZES:
        size = Size(persons=persons, templates=persons)
        for target in TARGETS:
            line = calibration.line(target, size)
            known = calibration.expected(line, size)
            few = " (few)" if 1 <= known.seen < MANY_SEEN else ""
            rows.append(
                [
                    f"{persons:,}",
                    f"{target:g}",
                    f"{line:.3f}",
                    f"{known.low:.2g} to {known.high:.2g}",
                    f"{calibration.fnmr(line):.3f}",
                    f"{known.seen:,.0f}{few}" if known.seen >= 1 else "none",
                ]
            )
    return rows
