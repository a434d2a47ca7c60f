"""``python -m training robust``: the branch for spoiled crops, and its ablations."""

import argparse
from typing import Any

import torch

from faces.patterns import GRID
from training.backbone.shipped import load
from training.people import gather
from training.robust.conditions import conditions
from training.robust.loop import Course, Loop
from training.robust.loss import Weights
from training.robust.model import RobustBranch
from training.robust.samples import Diet
from training.robust.trial import Trial

_SEED = 67280421310721
"""Of weights that are new; torch's own where nothing is said. The course has another."""


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("--name", default="robust", help="folder of this training under --work")
    parser.add_argument("--steps", type=int, default=3500)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--gentle", type=float, default=0.3, help="backbone's rate, as a share")
    parser.add_argument("--size", type=int, default=64, help="crops in a batch")
    parser.add_argument("--precision", choices=["bf16", "fp32"], default="bf16")
    parser.add_argument("--opening", type=int, default=150, help="steps with a still backbone")
    parser.add_argument("--grid", type=int, choices=[3, 4, 5, 6], default=GRID, help="of patterns")
    parser.add_argument("--binary", action="store_true", help="ablation: mask of zeros and ones")
    parser.add_argument("--no-mask", action="store_true", help="ablation: plain fine-tuning")
    parser.add_argument("--no-patterns", action="store_true", help="ablation: no predictor")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> None:
    people = gather(arguments.data, arguments.work)
    branch = new_branch(
        masked=not arguments.no_mask,
        told=not arguments.no_patterns,
        binary=arguments.binary,
        grid=arguments.grid,
    )
    course = Course(
        steps=arguments.steps,
        rate=arguments.rate,
        gentle=arguments.gentle,
        size=arguments.size,
        precision=arguments.precision,
        opening=0 if arguments.no_mask else arguments.opening,
    )
    loop = Loop(branch, load(), course, arguments.work / arguments.name)
    loop.run(people, Trial(people, conditions()), Diet(grid=arguments.grid), Weights())


def new_branch(**how: Any) -> RobustBranch:
    """A branch that starts from the shipped backbone; `how` is `RobustBranch`'s."""
    torch.manual_seed(_SEED)
    return RobustBranch(load(), **how)
