"""``python -m training adapt-camera --frames DIR --camera ID``: an adapter for one camera."""

import argparse
import sys
from pathlib import Path

from training.enhancer import recognisers
from training.enhancer.adapt import Fit, fit
from training.enhancer.adapter import Adapter, save, space
from training.enhancer.frames import shots
from training.enhancer.trained import WEIGHTS, shipped

HELP = "fits the enhancer to one camera, from its frames alone; minutes"


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("--frames", type=Path, required=True, help="folder of its pictures")
    parser.add_argument("--camera", required=True, help="its id, as callers say it")
    parser.add_argument("--enhancer", type=Path, default=WEIGHTS, help="its file (%(default)s)")
    parser.add_argument("--models", type=Path, default=Path("models"), help="for the detector")
    parser.add_argument(
        "--into", type=Path, default=Path("models/cameras"), help="folder of adapters"
    )
    parser.add_argument("--steps", type=int, default=Fit().steps)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> None:
    enhancer = shipped(arguments.enhancer)
    try:
        found = shots(arguments.frames, arguments.models)
        judges = recognisers.load()
        outcome = fit(enhancer, judges, found, Fit(steps=arguments.steps))
    except ValueError as wrong:
        sys.exit(f"adapt-camera: {wrong}")
    told = f"{len(found)} faces, {outcome.before:.5f} before, {outcome.after:.5f} after"
    if outcome.after >= outcome.before:
        sys.exit(f"adapt-camera: no better on faces kept aside, so nothing is written: {told}")
    adapter = Adapter(
        camera=arguments.camera,
        space=space(enhancer),
        values=outcome.values.numpy(),
        crops=len(found),
    )
    print(f"wrote {save(adapter, arguments.into)}: {told}")
