"""Whether a `target_fpir` holds: strangers search galleries of 100 to 10,000 people.

The line is that of the calibration which is shipped for the embedder, for the size of each gallery.
Who searches is in no pair of LFW and enrolled nowhere; galleries are those of the report
(`evaluation.parts.openset`): filled up with `train/`, of whom there are several photos each in the
largest. What the report has seen already is not looked at again.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.progress import Progress

from bench import DATA
from bench.results import Row, record, show
from evaluation import lfw, loading
from evaluation.crowd import everybody
from evaluation.cutting import Cutter
from evaluation.memory import Memory
from evaluation.parts.openset import GALLERIES, SIZES, Crowd, counted, enrolled
from evaluation.subject import BASELINE, open_subject
from evaluation.trial import Trial
from faces.calibration import Calibration
from meshkit.calibration_file import parse

COMMAND = "python -m bench.scenes.fpir"
MODEL = "sureface"
TARGETS = (0.05, 0.01)
_SEED = 53


def measure(
    crowd: Crowd,
    calibration: Calibration,
    *,
    sizes: Sequence[int] = SIZES,
    galleries: int = GALLERIES,
) -> list[Row]:
    """Draw galleries, draw their lines, and count the searches of strangers that find somebody."""
    probes, faces = crowd.probes + crowd.strangers, crowd.references + crowd.filler
    # Compared once: galleries of one crowd have most of their photos in common.
    similarity = probes.vectors @ faces.vectors.T
    rows = []
    for size in sizes:
        generator = np.random.default_rng(_SEED)
        reached: dict[float, list[float]] = {target: [] for target in TARGETS}
        count = 0
        for _ in range(galleries):
            those = enrolled(crowd, size, generator)
            photos = np.concatenate([those.references, those.filler + len(crowd.references.people)])
            persons = counted(faces.people[photos])
            strangers = np.flatnonzero(~np.isin(probes.people, faces.people[photos]))
            best = similarity[np.ix_(strangers, photos)].max(axis=1)
            count += len(best)
            for target, rates in reached.items():
                rates.append(float(np.mean(best >= calibration.line(target, persons))))
        for target, rates in reached.items():
            rows += _rows(size, target, float(np.mean(rates)), count)
    return rows


def _rows(size: int, target: float, fpir: float, searches: int) -> list[Row]:
    about = f"FPIR of a target of {target:g} among {size:,} templates"
    off = max(fpir / target, target / fpir) if fpir else float("inf")
    return [
        _row(f"{about}: times off the target, either way", min(off, 1000.0), "≤ 1.5"),
        _row(f"{about}: reached", fpir),
        _row(f"{about}: searches for strangers", searches),
    ]


def _row(metric: str, reached: float, goal: str = "") -> Row:
    digits = 3 if goal else 5
    return Row(metric=metric, goal=goal, reached=round(reached, digits), command=COMMAND)


def gather(data: Path, folder: Path, cache: Path) -> Crowd:
    """Embed everybody whom the report did not."""
    memory = Memory(cache / "outputs")
    subject, baseline = open_subject(folder, MODEL), open_subject(folder, BASELINE)
    with Progress() as progress:
        pairs, names = lfw.load(data, Cutter(folder), cache, progress)
        known, _ = loading.train(data, baseline, memory, progress)
        strangers = loading.distractors(data, progress)
        mated = pairs.mated(len(pairs.first))
        total = len(pairs.crops) + len(known.crops) + len(strangers.crops)
        task = progress.add_task("everybody", total=total)

        def advance(count: int) -> None:
            progress.advance(task, count)

        trial = Trial(subject, pairs, mated, memory, advance)
        return everybody(trial, names, known, strangers, advance)


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with lfw/ and train/")
    parser.add_argument("--folder", type=Path, default=Path("models"), help="with models.toml")
    parser.add_argument(
        "--cache", type=Path, default=Path(".cache/evaluation"), help="of the report (%(default)s)"
    )
    parser.add_argument("--galleries", type=int, default=GALLERIES, help="of each size")
    arguments = parser.parse_args()
    file = arguments.folder / "calibrations" / f"{MODEL}.toml"
    calibration = parse(file.read_bytes())
    crowd = gather(arguments.data, arguments.folder, arguments.cache)
    rows = measure(crowd, calibration, galleries=arguments.galleries)
    show(rows)
    if arguments.galleries >= GALLERIES:
        record("scenes", rows)
    else:
        print(f"not kept: a run that is kept has {GALLERIES} galleries of each size")


if __name__ == "__main__":
    main()
