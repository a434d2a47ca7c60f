"""Whether a `target_fpir` holds for other people of the same kind: some people of `train/` are
fitted, half of them unless said otherwise, and all others are enrolled and looked for.

Each split draws people anew and a line from each fit; galleries are of one photo a person, and all
who are not enrolled search with all of their photos. Five photos a person are used, at most: more
of them change a fit little, and its time much. A method may be chosen on this; on the people of
`bench.scenes.fpir` it may not.
"""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.progress import Progress

from bench import DATA
from bench.results import Row, record, show
from evaluation import calibrating, loading
from evaluation.measures.openset import search
from evaluation.memory import Memory, nobody
from evaluation.subject import BASELINE, open_subject
from faces.calibration import Calibration, Photos, Size, fit

COMMAND = "python -m bench.scenes.splits"
MODEL = "sureface"
TARGETS = (0.05, 0.01)
SIZES = (50, 100, 200)
SPLITS = 12
NEAR = 1.5
"""Times the target, either way: the goal of `bench.scenes.fpir`."""

_PHOTOS = 5
_GALLERIES = 8
_SEED = 59


def fitted_to(photos: Photos) -> Calibration:
    """The method that is used."""
    return fit(photos, contract_id=MODEL, data="people of train/", made=datetime.now(UTC))


def measure(
    photos: Photos,
    *,
    method: Callable[[Photos], Calibration] = fitted_to,
    people: int | None = None,
    splits: int = SPLITS,
    advance: Callable[[int], None] = nobody,
) -> list[Row]:
    """Split, fit, draw lines, and count the searches of strangers that find somebody.

    Args:
        photos: Of people with several photos each.
        method: Fits some of them; another one may be held against it.
        people: Whom it fits; None for half of them.
        splits: How often.
        advance: Hears of splits.
    """
    generator = np.random.default_rng(_SEED)
    photos = _few(photos, generator)
    persons = int(photos.people.max()) + 1
    found: dict[tuple[int, float], list[float]] = {}
    for _ in range(splits):
        some = generator.permutation(persons) < (people or persons // 2)
        fitted = method(photos.where(some[photos.people]))
        others = photos.where(~some[photos.people])
        for size in SIZES:
            for target, rate in _reached(others, fitted, size, generator).items():
                found.setdefault((size, target), []).append(rate / target)
        advance(1)
    return [row for (size, target), off in found.items() for row in _rows(size, target, off)]


def _few(photos: Photos, generator: np.random.Generator) -> Photos:
    """Some photos of each person."""
    kept = np.zeros(len(photos.people), dtype=np.bool_)
    for person in range(int(photos.people.max()) + 1):
        kept[generator.permutation(np.flatnonzero(photos.people == person))[:_PHOTOS]] = True
    return photos.where(kept)


def _reached(
    photos: Photos, fitted: Calibration, size: int, generator: np.random.Generator
) -> dict[float, float]:
    """FPIR of lines for galleries of that size, by target. Everybody who searches counts once."""
    lines = {each: fitted.line(each, Size(persons=size, templates=size)) for each in TARGETS}
    reached: dict[float, list[float]] = {target: [] for target in TARGETS}
    for _ in range(_GALLERIES):
        rows = generator.permutation(len(photos.people))
        people, first = np.unique(photos.people[rows], return_index=True)
        enrolled = rows[first[generator.permutation(len(people))[:size]]]
        searches = ~np.isin(photos.people, photos.people[enrolled])
        best = search(
            photos.vectors[searches],
            photos.people[searches],
            photos.vectors[enrolled],
            photos.people[enrolled],
        ).stranger
        weights = photos.weights[searches]
        for target, line in lines.items():
            reached[target].append(float(weights @ (best >= line) / weights.sum()))
    return {target: float(np.mean(rates)) for target, rates in reached.items()}


def _rows(size: int, target: float, off: list[float]) -> list[Row]:
    """Of one size and one target; `off` are the FPIR of the splits, in times of the target."""
    about = f"splits of train/, target of {target:g} among {size:,} people"
    near = [1 / NEAR <= each <= NEAR for each in off]
    return [
        _row(f"{about}: FPIR, times the target, mean of {len(off)} splits", float(np.mean(off))),
        _row(f"{about}: splits within {NEAR} times", 100 * float(np.mean(near)), "%"),
    ]


def _row(metric: str, reached: float, unit: str = "") -> Row:
    return Row(metric=metric, reached=round(reached, 3), unit=unit, command=COMMAND)


def gather(data: Path, folder: Path, cache: Path) -> Photos:
    """Embed everybody in `train/` whom no report and no calibration has seen yet."""
    memory = Memory(cache / "outputs")
    subject, baseline = open_subject(folder, MODEL), open_subject(folder, BASELINE)
    with Progress() as progress:
        known, _ = loading.train(data, baseline, memory, progress)
        return calibrating.seen(subject, memory, known)


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with train/index.csv")
    parser.add_argument("--folder", type=Path, default=Path("models"), help="with models.toml")
    parser.add_argument("--cache", type=Path, default=Path(".cache/evaluation"))
    parser.add_argument("--splits", type=int, default=SPLITS)
    parser.add_argument("--people", type=int, help="whom to fit; not kept unless it is half")
    arguments = parser.parse_args()
    photos = gather(arguments.data, arguments.folder, arguments.cache)
    with Progress() as progress:
        task = progress.add_task("splits", total=arguments.splits)
        rows = measure(
            photos,
            people=arguments.people,
            splits=arguments.splits,
            advance=lambda count: progress.advance(task, count),
        )
    show(rows)
    if arguments.splits >= SPLITS and not arguments.people:
        record("scenes", rows)
    else:
        print(f"not kept: a run that is kept has {SPLITS} splits into halves")


if __name__ == "__main__":
    main()
