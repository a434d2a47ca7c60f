"""``python -m training export``: from a training's folder to the file that is served."""

import argparse
import hashlib
import sys
from pathlib import Path

from training.backbone.network import DIMENSION
from training.backbone.shipped import load
from training.export.check import TOLERANCE, difference
from training.export.graph import write
from training.export.logs import keep
from training.export.parts import Always, Sometimes
from training.export.registry import embedder, enter
from training.heads import kept
from training.robust.trained import trained
from training.served import Served

LOGS = ("steps.csv", "trial.csv", "gates.csv", "heads.csv", "heads.json")
"""Of a training: kept beside the card."""


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("--name", default="robust", help="folder of the training under --work")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--as", dest="model", default="sureface", help="name in models.toml")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> None:
    folder: Path = arguments.work / arguments.name
    branch, heads = trained(folder), kept.load(folder)
    path: Path = arguments.models / f"{arguments.model}.onnx"
    always = Always(load(), heads.head, heads.gate)
    write(always, Sometimes(branch), path, patterns=226)
    off = difference(path, Served(load(), branch, heads.gate).eval())
    if not off <= TOLERANCE:
        sys.exit(f"{path} differs from what was trained by {off:.2g}; at most {TOLERANCE:g}")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    toml = arguments.models / "models.toml"
    name: str = arguments.model
    entry = embedder(name, sha256=digest, dimension=DIMENSION, table=heads.table)
    enter(toml, name, entry)
    keep(folder, LOGS, arguments.models, name)
    print(f"wrote {path}, {path.stat().st_size:,} bytes, {off:.1e} from torch, and its entry")
