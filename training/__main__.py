"""``python -m training PART``: train a part of what `models/` serves, or go on with it."""

import argparse
from pathlib import Path

from faces.patterns import GRID
from training.backbone.shipped import load
from training.people import gather
from training.robust.conditions import conditions
from training.robust.loop import Course, Loop
from training.robust.loss import Weights
from training.robust.model import RobustBranch
from training.robust.samples import Diet
from training.robust.trial import Trial

WORK = Path(".cache/training")
"""Where trainings are kept until they are exported."""


def main() -> None:
    """Run one part."""
    parser = argparse.ArgumentParser(prog="training", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=WORK)
    commands = parser.add_subparsers(required=True, metavar="PART")
    robust = commands.add_parser("robust", help="the branch for spoiled crops")
    robust.add_argument("--name", default="robust", help="folder of this training under --work")
    robust.add_argument("--steps", type=int, default=20_000)
    robust.add_argument("--rate", type=float, default=1e-3)
    robust.add_argument("--gentle", type=float, default=0.3, help="backbone's rate, as a share")
    robust.add_argument("--size", type=int, default=64)
    robust.add_argument("--precision", choices=["bf16", "fp32"], default="bf16")
    robust.add_argument("--opening", type=int, default=0, help="steps with a still backbone")
    robust.add_argument("--grid", type=int, choices=[3, 4, 5, 6], default=GRID, help="of patterns")
    robust.add_argument("--binary", action="store_true", help="ablation: mask of zeros and ones")
    robust.add_argument("--no-mask", action="store_true", help="ablation: plain fine-tuning")
    robust.add_argument("--no-patterns", action="store_true", help="ablation: no predictor")
    robust.set_defaults(run=_robust)
    arguments = parser.parse_args()
    arguments.run(arguments)


def _robust(arguments: argparse.Namespace) -> None:
    people = gather(arguments.data, arguments.work)
    branch = RobustBranch(
        load(),
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
    loop = Loop(branch, course, arguments.work / arguments.name)
    loop.run(people, Trial(people, conditions()), Diet(grid=arguments.grid), Weights())


if __name__ == "__main__":
    main()
