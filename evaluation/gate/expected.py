"""What the gate expects, and what it says if that is not what it gets."""

import json
import math
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parent / "numbers"
"""One file a model; ``python -m evaluation gate --write`` writes them."""

APART = 0.3
"""The lowest similarity of one person is at least so far above the highest of two."""

ALIKE = 1e-4
"""Most that a vector may change with the batch that it is in."""

TOLERANCES: Mapping[str, float] = {
    "similarity": 0.02,
    "quality": 0.03,
    "uncertainty": 0.05,
    "FNMR": 0.06,
    "rise": 0.03,
    "share": 0.05,
    "top-1": 0.08,
    "batch": math.inf,
}
"""By the first word of a number: another machine rounds otherwise, and moves a probe or two. What a
batch may change is asked of every model, whatever was written."""


def models(folder: Path = FOLDER) -> list[str]:
    """Models that numbers are expected of."""
    return sorted(path.stem for path in folder.glob("*.json"))


def load(name: str, folder: Path = FOLDER) -> dict[str, float]:
    """Numbers of a model; none if there are none."""
    path = folder / f"{name}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def write(name: str, measured: Mapping[str, float], folder: Path = FOLDER) -> None:
    """Expect from now on what was measured."""
    folder.mkdir(exist_ok=True)
    rounded = {metric: round(value, 4) for metric, value in measured.items()}
    path = folder / f"{name}.json"
    path.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")


def wrong(measured: Mapping[str, float], wanted: Mapping[str, float]) -> list[str]:
    """What is wrong, a line each; none if nothing is.

    A number that is better than expected is wrong, too: whoever made it so writes it down. Two
    things are asked of every model, whatever was written.
    """
    lowest = measured["similarity of one person, lowest"]
    highest = measured["similarity of two people, highest"]
    lines = []
    if not lowest - highest >= APART:
        lines.append(f"people are {lowest - highest:.3f} apart, not {APART}")
    if not measured["batch: largest difference"] <= ALIKE:
        lines.append("a vector depends on the batch that it is in")
    if odd := sorted(wanted.keys() ^ measured.keys()):
        lines.append(f"measured or expected alone: {', '.join(odd)}")
    for metric in (name for name in wanted if name in measured):
        # A number of a kind that nobody decided upon is an error, not a number that always passes.
        tolerance = TOLERANCES[metric.split()[0].rstrip(":")]
        if not abs(measured[metric] - wanted[metric]) <= tolerance:
            lines.append(f"{metric}: {measured[metric]:.4f}, not {wanted[metric]:.4f}")
    return lines
