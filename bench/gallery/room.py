"""``python -m bench.gallery.room``: bytes that a template takes, with one person each.

On disk it is SQLite's file, as imports leave it and as a compaction does; in Redis, what
its memory grew by; in the gallery, the columns beside the index. Nothing is timed.
"""

import argparse
import asyncio
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bench.gallery.crowd import FOLDER, gathered
from bench.gallery.database import Nobody, database, fill
from bench.gallery.search import size
from bench.gallery.source import shelved
from bench.gallery.waits import AREA, row
from bench.results import Row, record, show
from faces.embedding import Vectors
from tests.redises import redis_server, store_at

COMMAND = "python -m bench.gallery.room"


def sqlite(path: Path, folder: Path) -> dict[str, int]:
    """Bytes of a database that was filled, and of one that was compacted."""
    anew = folder / "anew.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        db.execute("VACUUM INTO ?", [str(anew)])
    return {"SQLite's file": path.stat().st_size, "SQLite's file, compacted": anew.stat().st_size}


async def redis(templates: Vectors, folder: Path) -> int:
    """Bytes by which Redis grows when templates are stored in it."""
    with redis_server(folder / "redis") as server, server.client() as client:
        async with store_at(server.url, Nobody()) as store:
            before = int(client.info("memory")["used_memory"])
            await fill(store, templates)
            return int(client.info("memory")["used_memory"]) - before


def beside(templates: Vectors) -> int:
    """Bytes of everything that the gallery knows of templates but their index."""
    shelf = shelved(templates)
    return shelf.table.nbytes + shelf.roster.nbytes


def measure(templates: Vectors, path: Path) -> list[Row]:
    """Measure all of it for some templates, which are in a database, too."""
    count = len(templates)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        taken = sqlite(path, Path(folder))
        taken["Redis"] = asyncio.run(redis(templates, Path(folder)))
    taken["columns and names beside the index"] = beside(templates)
    return [
        row(COMMAND, f"{size(count)}: {what}, a template", each / count, unit="bytes", digits=0)
        for what, each in taken.items()
    ]


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="templates")
    parser.add_argument("--try", dest="only_try", action="store_true", help="keep nothing")
    arguments = parser.parse_args()
    templates = gathered("face", arguments.count).templates
    rows = measure(templates, database(templates, size(arguments.count)))
    show(rows)
    if not arguments.only_try:
        record(AREA, rows)


if __name__ == "__main__":
    main()
