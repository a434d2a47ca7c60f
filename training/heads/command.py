"""``python -m training heads``: gate, temperature head and calibration of a trained branch."""

import argparse
from dataclasses import asdict
from pathlib import Path

import torch

from training.backbone.shipped import load
from training.heads import kept
from training.heads.fitting import fit
from training.observations import Observer
from training.people import gather
from training.robust.trained import trained


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("--name", default="robust", help="folder of the training under --work")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> None:
    people = gather(arguments.data, arguments.work)
    folder: Path = arguments.work / arguments.name
    # Four times as fast on processors.
    frozen, robust = (
        each.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's own
        for each in (load(), trained(folder))
    )
    heads = fit(people, Observer(frozen, robust), folder)
    kept.save(heads, folder)
    print({**asdict(heads.settings), **asdict(heads.table)})
