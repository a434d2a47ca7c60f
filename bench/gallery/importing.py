"""``python -m bench.gallery.importing``: how fast the command line fills a gallery.

``sureface gallery import`` reads a Parquet file with one template of each person, and a
gallery of its own process stores them in SQLite and makes them searchable. Timed is the
whole command, from its start to its end; then an export of the same collection. Names
come in two kinds: numbers, as a registry counts, and random UUIDs, which fall all over
the store's tree of names.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from bench.gallery.crowd import FOLDER
from bench.gallery.served import Served, serving
from bench.gallery.waits import AREA, row
from bench.results import ROOT, Row, record, show
from client.bulk.columns import CONTRACT_KEY, DIMENSION_KEY, schema

COMMAND = "python -m bench.gallery.importing"

GOAL = "≥ 20000"

_GROUP = 16_384
_QUALITY = 0.75

NAMES: dict[str, Callable[[int], str]] = {
    "names in order": lambda number: f"p{number:08d}",
    "random UUIDs": lambda _: str(uuid.uuid4()),
}


def write(path: Path, count: int, name: Callable[[int], str]) -> None:
    """Write face-like templates to a file, one for each person."""
    vectors = np.load(FOLDER / "face.npy", mmap_mode="r")[:count]
    dimension = vectors.shape[1]
    whole = schema(dimension, {CONTRACT_KEY: b"bench", DIMENSION_KEY: str(dimension).encode()})
    fields = [whole.field(column) for column in ("person_id", "vector", "quality")]
    columns = pa.schema(fields, metadata=whole.metadata)
    with pq.ParquetWriter(path, columns, compression="none", use_dictionary=False) as file:
        for start in range(0, count, _GROUP):
            some = np.ascontiguousarray(vectors[start : start + _GROUP])
            arrays = [
                pa.array([name(start + number) for number in range(len(some))]),
                pa.FixedSizeListArray.from_arrays(pa.array(some.ravel()), type=fields[1].type),
                pa.array(np.full(len(some), _QUALITY, np.float32)),
            ]
            file.write_table(pa.Table.from_arrays(arrays, schema=columns))


def sureface(served: Served, *arguments: object) -> tuple[dict[str, Any], float]:
    """Run ``sureface gallery``: what it answers, and seconds from its start to its end."""
    command = [sys.executable, "-m", "client.cli", "gallery", *map(str, arguments)]
    began = time.perf_counter()
    done = subprocess.run(
        [*command, "--gallery", served.address, "--json"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'gen'}"},
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer, time.perf_counter() - began


def measured(count: int, kind: str, folder: Path) -> Iterator[Row]:
    """One import into an empty gallery, and one export of all of it."""
    path = folder / "templates.parquet"
    write(path, count, NAMES[kind])
    label = f"{count // 1000}k x 512, {kind}"
    with serving(folder / "gallery.db") as served:
        answer, took_s = sureface(served, "import", path, "--collection", "crowd", "--create")
        if answer["imported_count"] != count:
            raise SystemExit(f"imported {answer['imported_count']} of {count}")
        used = psutil.Process(served.process.pid).cpu_times()
        yield row(COMMAND, f"import, templates/s ({label})", count / took_s, GOAL, digits=0)
        cpu_us = (used.user + used.system) / count * 1e6
        yield row(COMMAND, f"import, gallery's CPU ({label})", cpu_us, unit="us", digits=0)
        out = folder / "out.parquet"
        _, took_s = sureface(served, "export", out, "--collection", "crowd")
        yield row(COMMAND, f"export, templates/s ({label})", count / took_s, digits=0)


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--count", type=int, default=200_000, help="templates")
    parser.add_argument("--try", dest="only_try", action="store_true", help="keep nothing")
    arguments = parser.parse_args()
    rows: list[Row] = []
    for kind in NAMES:
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            rows += measured(arguments.count, kind, Path(folder))
    show(rows)
    if not arguments.only_try:
        record(AREA, rows)


if __name__ == "__main__":
    main()
