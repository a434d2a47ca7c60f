"""A calibration as a table: which line keeps a target, and how far the data carry it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from client.commands.calibrate.looking import Looked
from client.console import Console
from faces.calibration import Calibration, Size, most_persons
from faces.calibration.accepting import LARGEST, MANY_SEEN

SIZES = (1, 10, 100, 1000, 10_000, 100_000)
"""People with one template each."""


def show(
    console: Console,
    calibration: Calibration,
    looked: Looked,
    written: Sequence[Path],
    targets: Sequence[float],
) -> None:
    """Print what was fitted, or tell it as one document."""
    if console.as_json:
        console.answer(
            {
                "calibration": calibration,
                "left_out": looked.left_out,
                "lines": list(_lines(calibration, targets)),
                "written": list(written),
            }
        )
        return
    counts = calibration.counts
    console.facts(
        [
            ("people", f"{counts.persons:,} with {counts.photos:,} photos"),
            ("left out", looked.left_out),
            ("comparisons", f"{counts.mated:,} of one person, {counts.others:,} of strangers"),
            ("model", calibration.contract_id),
            ("calibration", calibration.version),
        ]
    )
    console.say("")
    console.table(
        ["people ", "target FPIR ", "match from ", "FPIR, 95 % ", "missed ", "data "],
        [
            [
                f"{line['persons']:,}",
                f"{line['target_fpir']:g}",
                f"{line['similarity']:.3f}",
                f"{line['low_fpir']:.2g} to {line['high_fpir']:.2g}",
                f"{100 * float(line['fnmr']):.1f} %",
                str(line["support"]),
            ]
            for line in _lines(calibration, targets)
        ],
    )
    console.say("")
    for target in targets:
        most = most_persons(target, calibration)
        reach = "any gallery" if most >= LARGEST else f"galleries of up to {most:,} people"
        console.say(f"target_fpir {target:g}: the data support {reach if most else 'no gallery'}")
    for path in written:
        console.say(f"wrote {path}")


def _lines(
    calibration: Calibration, targets: Sequence[float]
) -> Iterator[dict[str, float | int | str]]:
    for persons in SIZES:
        size = Size(persons=persons, templates=persons)
        for target in targets:
            similarity = calibration.line(target, size)
            expected = calibration.expected(similarity, size)
            yield {
                "persons": persons,
                "target_fpir": target,
                "similarity": round(similarity, 4),
                "low_fpir": expected.low,
                "high_fpir": expected.high,
                "fnmr": calibration.fnmr(similarity),
                "support": _support(expected.seen),
            }


def _support(seen: float) -> str:
    if seen < 1:
        return "none: beyond what was seen"
    count = f"{seen:,.0f} false matches"
    return f"few: {count}" if seen < MANY_SEEN else count
