"""``python -m training ship``: an enhancer and its fusion gate, from their folder to `models/`."""

import argparse
import hashlib
import shutil
from pathlib import Path

from meshkit.models.registry import find
from training.export import registry
from training.export.logs import keep

HELP = "enhancer and fusion gate to models/, and their entries in models.toml"

NAME, GATE = "enhancer", "fusion"
"""In models.toml, and of the files."""

LOGS = ("steps.csv", "trial.csv", "fusions.csv")
"""Of the training: kept beside the card."""

ABLATION = "resolve"
"""Training of the generator without denoiser: its trial is kept, too, if there is one."""


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("--name", default="enhancer", help="folder of the training under --work")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--embedder", default="sureface", help="whose vectors the gate fuses")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> None:
    folder: Path = arguments.work / arguments.name
    models: Path = arguments.models
    contract = find(models, arguments.embedder, task="embedder").contract_id
    toml = models / "models.toml"
    registry.enter(toml, NAME, registry.enhancer(NAME, sha256=_copied(folder, models, NAME)))
    digest = _copied(folder, models, GATE)
    registry.enter(toml, GATE, registry.fusion(GATE, sha256=digest, contract=contract))
    keep(folder, LOGS, models, NAME)
    ablation = arguments.work / ABLATION
    if ablation.exists():
        keep(ablation, ["trial.csv"], models, ABLATION)
    print(f"wrote {models / NAME}.onnx and {models / GATE}.onnx for {contract}, and their entries")


def _copied(folder: Path, models: Path, name: str) -> str:
    """Copy NAME.onnx; returns its sha256."""
    path = models / f"{name}.onnx"
    shutil.copyfile(folder / path.name, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()
