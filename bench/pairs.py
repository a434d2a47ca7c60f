"""The labelled pairs of LFW: the development set in the data folder."""

import csv
import random
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two photos, and whether they show one person."""

    fold: int
    first: Path
    second: Path
    same: bool


def read(data: Path) -> list[Pair]:
    """Read every pair of `data`/lfw, in the order of the file."""
    folder = data / "lfw"
    with (folder / "pairs.csv").open(newline="", encoding="utf-8") as file:
        return [
            Pair(
                fold=int(row["fold"]),
                first=folder / row["a"],
                second=folder / row["b"],
                same=row["same"] == "1",
            )
            for row in csv.DictReader(file)
        ]


def sample(pairs: list[Pair], count: int, *, seed: int) -> list[Pair]:
    """Draw `count` pairs, as many of each fold and of each label; one seed, one sample.

    Raises:
        ValueError: `count` cannot be divided so, or there are not as many.
    """
    groups: dict[tuple[int, bool], list[Pair]] = {}
    for pair in pairs:
        groups.setdefault((pair.fold, pair.same), []).append(pair)
    each, rest = divmod(count, len(groups))
    if rest:
        raise ValueError(f"a sample is a multiple of {len(groups)} pairs, not {count}")
    draw = random.Random(seed)  # noqa: S311  # a sample that can be drawn again is the point
    return [pair for key in sorted(groups) for pair in draw.sample(groups[key], each)]
