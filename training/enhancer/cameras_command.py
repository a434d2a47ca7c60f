"""``python -m training cameras``: what adapters are worth, on cameras that do not exist."""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import results
from bench.results import Row
from training.enhancer import recognisers
from training.enhancer.adapt import fit
from training.enhancer.camera_stand import Compared, Stand
from training.enhancer.cameras import CAMERAS, MadeCamera
from training.enhancer.trained import WEIGHTS, shipped
from training.people import People, gather

HELP = "what camera adapters are worth, on made cameras and people kept aside; 20 minutes"

FACES = 60
"""Of which an adapter is made."""

_SEED = 23


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    parser.add_argument("--enhancer", type=Path, default=WEIGHTS, help="its file (%(default)s)")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> None:
    people = gather(arguments.data, arguments.work)
    judges = recognisers.load()
    made, proof = halves(people)
    stand = Stand(people, shipped(arguments.enhancer), judges, proof)
    rows: list[Row] = []
    for camera in CAMERAS:
        shots = camera.shots(list(people.crops[made[:FACES]]), seed=_SEED)
        values = fit(stand.enhancer, judges, shots).values
        found = _rows(camera, stand.compare(camera, values))
        results.show(found)
        rows += found
    results.record("enhancement", rows)


def halves(people: People) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Frontal photos of people kept aside, shuffled: adapters are made of some, judged by others.

    Nobody is in both.
    """
    photos = np.flatnonzero(people.aside & ~people.profile)
    photos = np.random.default_rng(_SEED).permutation(photos)
    first = people.person[photos] % 2 == 0
    return photos[first], photos[~first]


def _rows(camera: MadeCamera, found: Compared) -> list[Row]:
    command = "python -m training cameras"
    numbers = {
        "FNMR as it came": found.raw.fnmr,
        "FNMR enhanced": found.plain.fnmr,
        "FNMR enhanced with its adapter": found.adapted.fnmr,
        "FMR enhanced with its adapter, over enhanced": found.adapted.fmr
        / max(found.plain.fmr, 1e-9),
    }
    return [
        Row(
            metric=f"made camera, {camera.name}, people kept aside: {what}",
            reached=round(value, 3),
            command=command,
        )
        for what, value in numbers.items()
    ]
