"""Fits the calibration that is shipped beside a model: to people of `train/` who are kept aside.

Lines and rates are those of clean photos; likelihood ratios are fitted to the everyday mixture of
degradations, too.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.progress import Progress

from evaluation import loading
from evaluation.memory import Memory
from evaluation.parts import mixed
from evaluation.parts.calibration import Comparisons, compared
from evaluation.subject import BASELINE, open_subject
from evaluation.trial import Trial
from faces.calibration import Calibration, Photos, Size, fit
from faces.calibration.accepting import MANY_SEEN
from meshkit.calibration_file import SUFFIX, encode
from meshkit.models.registry import find

FOLDER = "calibrations"
"""Beside the models; where a gateway looks."""

DATA = (
    "training data, frontal photos of the people kept aside from training (evaluation/aside.py); "
    "ratios also on its everyday mixture of degradations"
)

MIXTURE = "everyday"

SIZES = (1, 100, 1000, 10_000)
TARGETS = (0.05, 0.01, 0.001)


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
        _, kept = loading.train(data, open_subject(folder, BASELINE), memory, progress)
        everyone = kept.mated(len(kept.first))
        task = progress.add_task("people aside", total=len(kept.crops))
        trial = Trial(subject, kept, everyone, memory, lambda count: progress.advance(task, count))
        draws = progress.add_task(MIXTURE, total=None)
        spoiled = mixed.measure(MIXTURE, trial, lambda count: progress.advance(draws, count))
    return fitted(trial, compared(trial, spoiled), find(folder, name, task="embedder").contract_id)


def fitted(trial: Trial, spoiled: Comparisons, contract_id: str) -> Calibration:
    """Fit what a model made of people, clean and spoiled."""
    clean = trial.clean
    return fit(
        Photos(
            vectors=clean.vectors,
            quality=clean.quality,
            people=np.unique(trial.photos.people, return_inverse=True)[1],
        ),
        contract_id=contract_id,
        data=DATA,
        made=datetime.now(UTC),
        spoiled=(spoiled.similarity, spoiled.quality, spoiled.same),
    )


def write(calibration: Calibration, folder: Path, name: str) -> Path:
    """Put it where gateways look."""
    path = folder / FOLDER / f"{name}{SUFFIX}"
    path.parent.mkdir(exist_ok=True)
    path.write_text(encode(calibration), encoding="utf-8")
    return path


def table(calibration: Calibration) -> Sequence[Sequence[str]]:
    """Lines for galleries, and what is known of them."""
    rows = [["people", "target FPIR", "line", "FPIR, 95 %", "missed", "comparisons on it"]]
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
