"""``python -m training enhancer``: denoiser and generator, end to end, and their ONNX."""

import argparse
import sys
from pathlib import Path

import torch

from training.enhancer import export, recognisers, vgg
from training.enhancer.course import ALL, DENOISE, RESOLVE, Course
from training.enhancer.loop import Loop
from training.enhancer.losses import Weights
from training.enhancer.networks.enhancer import SIZES, Enhancer
from training.enhancer.opponents import Opponents
from training.enhancer.samples import Diet
from training.enhancer.trained import begin, trained
from training.enhancer.trial import Trial
from training.people import gather

HELP = "makes small and noisy faces easier to recognise; hours"

_SEED = 4294967291
"""Of the weights. The course has another."""


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    usual = Course(steps=3000)
    parser.add_argument("--name", default="enhancer", help="folder of this training under --work")
    parser.add_argument("--steps", type=int, default=usual.steps)
    parser.add_argument("--rate", type=float, default=usual.rate)
    parser.add_argument("--size", type=int, default=usual.size, help="crops in a batch")
    parser.add_argument(
        "--opening", type=int, default=usual.opening, help="denoiser alone, by pixels"
    )
    parser.add_argument("--network", choices=sorted(SIZES), default="small", help="full: for GPUs")
    parser.add_argument(
        "--parts", choices=[ALL, DENOISE, RESOLVE], default=ALL, help="one alone: ablations"
    )
    parser.add_argument("--precision", choices=["bf16", "fp32"], default=usual.precision)
    parser.add_argument("--workers", type=int, default=usual.workers, help="that spoil crops")
    parser.add_argument("--mild", type=float, default=Diet().mild, help="share spoiled a little")
    parser.add_argument("--identity", type=float, default=Weights().identity)
    parser.add_argument("--adversary", type=float, default=0.0, help="weight of a GAN; for GPUs")
    parser.add_argument("--vgg", type=Path, help="torchvision's vgg19 weights; for GPUs")
    parser.add_argument("--likeness", type=float, default=0.05, help="weight of VGG's opinion")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> None:
    folder: Path = arguments.work / arguments.name
    size = SIZES[arguments.network]
    try:
        begin(folder, size)
    except ValueError as wrong:
        sys.exit(f"enhancer: {wrong}")
    people = gather(arguments.data, arguments.work)
    judges = recognisers.load()
    torch.manual_seed(_SEED)
    loop = Loop(Enhancer(size), _course(arguments), folder, _opponents(arguments, folder))
    loop.run(
        people,
        Trial(people, judges),
        judges,
        diet=Diet(mild=arguments.mild),
        weights=Weights(identity=arguments.identity),
    )
    path = folder / "enhancer.onnx"
    export.write(
        trained(folder),
        path,
        denoise=arguments.parts != RESOLVE,
        resolve=arguments.parts != DENOISE,
    )
    print(f"wrote {path}, {path.stat().st_size:,} bytes")


def _course(arguments: argparse.Namespace) -> Course:
    return Course(
        steps=arguments.steps,
        size=arguments.size,
        rate=arguments.rate,
        opening=arguments.opening,
        parts=arguments.parts,
        workers=arguments.workers,
        precision=arguments.precision,
    )


def _opponents(arguments: argparse.Namespace, folder: Path) -> Opponents | None:
    if not arguments.adversary and not arguments.vgg:
        return None
    return Opponents(
        folder,
        adversary=arguments.adversary,
        vgg=vgg.load(arguments.vgg) if arguments.vgg else None,
        likeness=arguments.likeness,
    )
