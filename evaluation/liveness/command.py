"""``python -m evaluation liveness``: what a passive model is worth against pictures of faces."""

import argparse
from pathlib import Path

from rich.progress import track

from bench import results
from bench.results import Row
from evaluation import declare
from evaluation.liveness.measuring import LIVE, Measured, measure
from evaluation.liveness.parts import photographed
from evaluation.liveness.rates import SHARES, Rate
from evaluation.liveness.upstream import upstream
from evaluation.loading import require

HELP = "what a passive liveness model is worth against pictures of faces"

COMMAND = "python -m evaluation liveness"

CARD = "liveness.md"

FIXED = 0.5
"""The line at which the model finds a living person likelier than not."""

ENOUGH = 120
"""Photos of a run that is recorded."""

_PREFIX = "fr_liveness, simulated attacks"


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("--data", type=Path, required=True, help="folder with photos/")
    parser.add_argument("--channels", choices=("RGB", "BGR"), default="BGR")
    parser.add_argument(
        "--cache", type=Path, default=Path(".cache/liveness"), help="may be deleted (%(default)s)"
    )
    parser.add_argument(
        "--photos", type=int, default=ENOUGH, help="fewer than %(default)s are not recorded"
    )
    parser.add_argument("--seed", type=int, default=20, help="of what is made (%(default)s)")
    parser.add_argument("--write", action="store_true", help="update the card")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> None:
    require(arguments.data, ["photos"])
    model = upstream(arguments.cache, channels=arguments.channels)
    faces = photographed(arguments.data, arguments.folder, model, most=arguments.photos)
    shown = track(faces, description="photos", total=arguments.photos)
    measured = measure(model, shown, seed=arguments.seed)
    found, section = rows(measured), table(measured)
    print(section)
    if arguments.photos >= ENOUGH:
        results.record("scenes", found, instead_of=[f"{_PREFIX}: "])
    if arguments.write:
        declare.write_card(arguments.folder / CARD, section)


def table(measured: Measured) -> str:
    """All rates at all lines, with their counts."""
    drawn = [measured.at(share) for share in SHARES]
    heads = [f"for BPCER {s:.0%}: {at.line:.4f}" for s, at in zip(SHARES, drawn, strict=True)]
    every = [*drawn, measured.fixed(FIXED)]
    lines = [
        [f"BPCER, {name}", *(str(at.refused[name]) for at in every)] for name in drawn[0].refused
    ]
    lines += [
        [f"APCER, {name}", *(str(at.passed[name]) for at in every)] for name in drawn[0].passed
    ]
    return results.table([["line", *heads, str(FIXED)], *lines])


def rows(measured: Measured) -> list[Row]:
    """What is recorded: no goal was set, and none could be met without real attacks."""
    found = []
    for share in SHARES:
        drawn = measured.at(share)
        rates = {f"BPCER, {name}": rate for name, rate in drawn.refused.items()}
        rates |= {f"APCER, {name}": rate for name, rate in drawn.passed.items()}
        found += [_row(f"line for BPCER {share:.0%}: {of}", rate) for of, rate in rates.items()]
    fixed = measured.fixed(FIXED)
    found.append(_row(f"line {FIXED}: BPCER, {LIVE}", fixed.refused[LIVE]))
    found.append(_row(f"line {FIXED}: APCER of the worst kind", fixed.worst))
    return found


def _row(metric: str, rate: Rate) -> Row:
    return Row(
        metric=f"{_PREFIX}: {metric}, of {rate.total}",
        reached=round(rate.percent, 1),
        unit="%",
        command=COMMAND,
    )
