"""``python -m training ablations``: short trainings that leave one thing out, and their table."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.ablations.table import line, write
from training.backbone.shipped import load
from training.heads import kept
from training.people import gather
from training.robust.command import new_branch
from training.robust.conditions import conditions
from training.robust.loop import Course, Loop
from training.robust.loss import Weights
from training.robust.model import RobustBranch
from training.robust.samples import Diet
from training.robust.trained import trained
from training.robust.trial import Trial
from training.served import Served

VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "augmentation only": {"masked": False, "told": False},
    "mask": {"told": False},
    "mask and patterns": {},
    "binary mask and patterns": {"binary": True},
}
"""Arguments of `RobustBranch`."""


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("--name", default="robust", help="folder of the served training")
    parser.add_argument("--steps", type=int, default=1000, help="of each short training")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> None:
    people = gather(arguments.data, arguments.work)
    trial = Trial(people, conditions())
    lines = {"frozen": line(trial.run(RobustBranch(load(), masked=False)))}
    for name, how in VARIANTS.items():
        folder = arguments.work / f"ablation {name}, {arguments.steps} steps"
        opening = 100 if how.get("masked", True) else 0
        course = Course(steps=arguments.steps, opening=opening, ask_every=arguments.steps)
        loop = Loop(new_branch(**how), load(), course, folder)
        loop.run(people, trial, Diet(), Weights())
        # The running mean goes over more steps than these: half of it is the beginning.
        lines[f"{name}, {arguments.steps} steps"] = line(trial.run(loop.branch))
        write(arguments.models / "ablations.csv", lines)
    folder = arguments.work / arguments.name
    branch, heads = trained(folder), kept.load(folder)
    lines["served branch alone"] = line(trial.run(branch))
    lines["served: gated"] = line(trial.run(Served(load(), branch, heads.gate)))
    write(arguments.models / "ablations.csv", lines)
