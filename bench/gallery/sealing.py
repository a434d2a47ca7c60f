"""``python -m bench.gallery.sealing``: what it costs that templates are encrypted.

Two galleries of their own processes take turns, one with a key and one without: each is
filled over gRPC by one caller, 64 templates a call, each acknowledged once it is on disk; then it
is started again, with its copy of the index, and without. Vectors are random directions.
"""

import argparse
import base64
import secrets
import shutil
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.progress import track

from bench.gallery.database import snapshots
from bench.gallery.served import serving, stub
from bench.gallery.source import COLLECTION, CONTRACT, person_id
from bench.gallery.waits import AREA, Waits, one_by_one, row, turned
from bench.results import Row, record, show
from sureface.gallery.v1 import gallery_pb2 as pb

COMMAND = "python -m bench.gallery.sealing"

_DIMENSION = 512
_EACH = 64
"""Templates of a call: as many as it may have."""


@dataclass(frozen=True, slots=True)
class Filled:
    """One round of one side."""

    added: Waits
    """Calls that add."""

    copied_s: float
    """From a start to SERVING, with a copy of the index."""

    rebuilt_s: float
    """The same without: every template is read from the store."""


def fill(path: Path, count: int, settings: Mapping[str, object]) -> Filled:
    """Fill a new gallery, and start it again."""
    drawn = np.random.default_rng(7)
    with serving(path, **settings) as served, stub(served.address) as gallery:
        gallery.CreateCollection(
            pb.CreateCollectionRequest(
                request_id=str(uuid.uuid4()),
                collection_id=COLLECTION,
                contract_id=CONTRACT,
                dimension=_DIMENSION,
            )
        )
        calls = [adding(start, drawn) for start in range(0, count, _EACH)]
        added = one_by_one(gallery.AddTemplates, calls)
    with serving(path, **settings) as served:
        copied_s = served.started_s
    shutil.rmtree(snapshots(path), ignore_errors=True)
    with serving(path, **settings) as served:
        return Filled(added, copied_s, served.started_s)


def adding(start: int, drawn: np.random.Generator) -> pb.AddTemplatesRequest:
    """Add as many templates to one person as a call may."""
    vectors = drawn.standard_normal((_EACH, _DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return pb.AddTemplatesRequest(
        request_id=str(uuid.uuid4()),
        collection_id=COLLECTION,
        contract_id=CONTRACT,
        person_id=person_id(start),
        templates=[pb.NewTemplate(packed_vector=each.tobytes(), quality=1) for each in vectors],
    )


def rows(count: int, sealed: list[Filled], plain: list[Filled]) -> list[Row]:
    """What is recorded: the encrypted side against the other one, by medians of rounds."""

    def times(of: str) -> float:
        one, other = ([getattr(each, of) for each in side] for side in (sealed, plain))
        return float(np.median(one) / np.median(other))

    per_s = [Waits.of([each.added for each in side]).per_s for side in (sealed, plain)]
    label = f"{count:,} encrypted templates"
    return [
        row(COMMAND, f"{label}: added a second, times unencrypted", per_s[0] / per_s[1], "≥ 0.9"),
        row(COMMAND, f"{label}: start from a copy, times unencrypted", times("copied_s")),
        row(COMMAND, f"{label}: start without one, times unencrypted", times("rebuilt_s")),
    ]


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="templates")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--try", dest="only_try", action="store_true", help="keep nothing")
    arguments = parser.parse_args()
    measured: dict[str, list[Filled]] = {"sealed": [], "plain": []}
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    for number in track(range(arguments.rounds), "rounds"):
        for name in turned(list(measured), number):
            settings = {"SEALING_KEY": key} if name == "sealed" else {}
            with tempfile.TemporaryDirectory() as folder:
                filled = fill(Path(folder) / "gallery.db", arguments.count, settings)
            measured[name].append(filled)
    found = rows(arguments.count, measured["sealed"], measured["plain"])
    show(found)
    if not arguments.only_try:
        record(AREA, found)


if __name__ == "__main__":
    main()
