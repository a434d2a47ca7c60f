"""``python -m training backbone --data DIR``: a network of one's own, from nothing."""

import argparse
import sys
import time
from pathlib import Path

from training import records
from training.backbone.fleet import Fleet, joined
from training.backbone.folder import CropFolder
from training.backbone.loop import Training
from training.backbone.losses import LOSSES
from training.backbone.recipe import Recipe
from training.backbone.shipped import save

HELP = "a backbone from nothing; wants a large folder of crops, and GPUs"

_DEFAULT = Recipe()


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options; `arguments.work` is the caller's."""
    parser.add_argument(
        "--data", type=Path, required=True, help="DIR/PERSON/PHOTO.jpg, aligned, 112 x 112"
    )
    parser.add_argument("--name", default="backbone", help="folder of this training under --work")
    parser.add_argument("--loss", choices=sorted(LOSSES), default=_DEFAULT.loss)
    parser.add_argument("--epochs", type=int, default=_DEFAULT.epochs)
    parser.add_argument("--size", type=int, default=_DEFAULT.size, help="of a batch, each GPU's")
    parser.add_argument(
        "--rate", type=float, default=_DEFAULT.rate, help="highest, for 512 crops a step"
    )
    parser.add_argument("--workers", type=int, default=_DEFAULT.workers, help="that read photos")
    parser.add_argument("--seed", type=int, default=_DEFAULT.seed)
    parser.add_argument("--spoil", type=float, default=0.2, help="share that a camera spoils")
    parser.add_argument("--occlude", type=float, default=0.1, help="share with something in front")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Train to the end, or go on; then write the network as ONNX."""
    folder: Path = arguments.work / arguments.name
    with joined() as fleet:
        training = _training(arguments, fleet, folder)
        started = time.monotonic()
        for epoch, loss in training.run():
            seconds, started = time.monotonic() - started, time.monotonic()
            if fleet.first:
                _log(folder / "epochs.csv", epoch, loss, training.rate_at(epoch), seconds)
        if fleet.first:
            save(training.network, folder / "backbone.onnx")
            print(f"wrote {folder / 'backbone.onnx'}")


def _training(arguments: argparse.Namespace, fleet: Fleet, folder: Path) -> Training:
    recipe = Recipe(
        loss=arguments.loss,
        epochs=arguments.epochs,
        size=arguments.size,
        rate=arguments.rate,
        workers=arguments.workers,
        seed=arguments.seed,
    )
    try:
        crops = CropFolder(arguments.data, spoil=arguments.spoil, occlude=arguments.occlude)
        return Training(crops, recipe, fleet, folder / "checkpoint.pt")
    except ValueError as wrong:
        sys.exit(f"backbone: {wrong}")


def _log(path: Path, epoch: int, loss: float, rate: float, seconds: float) -> None:
    row = {"epoch": epoch, "loss": f"{loss:.4f}", "rate": f"{rate:.5f}", "seconds": round(seconds)}
    records.append(path, row)
    print(f"epoch {epoch}: loss {loss:.4f}")
