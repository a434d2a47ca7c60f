"""``python -m evaluation enhancement``: with and without, on the test or on people kept aside."""

import argparse
import sys
from pathlib import Path

from bench import results
from evaluation.enhancement import loading, run
from evaluation.enhancement.loading import ASIDE, TEST
from evaluation.enhancement.models import RESOLVER, SERVED
from evaluation.enhancement.run import Asked, Measured
from evaluation.enhancement.scenes import FILE
from evaluation.progress import bars, progress_bar
from evaluation.subject import embedders, open_subject

HELP = "who is recognised with an enhancer, without one, and with parts of it"

ALL = 10**6
"""Probes: as many as there are."""


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("--data", type=Path, required=True, help="folder with lfw/ and train/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the page")
    parser.add_argument(
        "--on", choices=(TEST, ASIDE), default=TEST, help="aside: to choose by; not recorded"
    )
    parser.add_argument("--enhancer", default=SERVED, help="in models.toml (%(default)s)")
    parser.add_argument(
        "--resolver", type=Path, default=RESOLVER, help="trained without denoiser (%(default)s)"
    )
    parser.add_argument("--policies", type=Path, default=FILE, help="(%(default)s)")
    parser.add_argument(
        "--cache", type=Path, default=Path(".cache/evaluation"), help="may be deleted (%(default)s)"
    )
    parser.add_argument("--probes", type=int, help="this many pairs instead of all; not recorded")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> None:
    run.require(arguments.folder, arguments.enhancer)
    names = embedders(arguments.folder)
    asked = Asked(
        folder=arguments.folder,
        names=names,
        enhancer=arguments.enhancer,
        resolver=arguments.resolver,
        policies=arguments.policies,
    )
    with progress_bar() as progress:
        ground, memory = loading.load(
            arguments.data,
            arguments.folder,
            open_subject(arguments.folder, names[0]),
            arguments.cache,
            on=arguments.on,
            probes=arguments.probes or ALL,
            progress=progress,
        )
        found = run.measure(asked, ground, memory, bars(progress), choose=arguments.on == ASIDE)
    run.write(found, arguments.out)
    show(found)
    print(f"wrote {arguments.out / 'enhancement.html'} and enhancement.json beside it")
    if arguments.on == TEST and not arguments.probes:
        run.record(found)
    if missing := found.missing():
        sys.exit("\n".join(missing))


def show(found: Measured) -> None:
    """Print numbers and goals, and what scenes should do."""
    results.show(found.rows())
    for each in found.scenes:
        print(f"{each.scene}: the best line to enhance below is {each.best:g}")
