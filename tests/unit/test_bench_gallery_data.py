"""What the gallery's benchmarks search: arrays, databases and processes that hold one crowd."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import uvloop

from bench.facelike.files import Probes
from bench.gallery import database, growth, lines
from bench.gallery.adding import strangers
from bench.gallery.batching import asking
from bench.gallery.crowd import Crowd, nearest
from bench.gallery.lines import Vectors, running
from bench.gallery.peers.__main__ import swept
from bench.gallery.peers.compared import PEERS, Compared, Peer
from bench.gallery.search import rows_of
from bench.gallery.source import COLLECTION, person_id, projected, shelved
from meshkit.batcher import BatchLimits
from services.gallery.exact import ExactIndexes
from services.gallery.matches import ANYHOW
from services.gallery.plan import Plan
from services.gallery.projection import Projection
from services.gallery.sqlite import SqliteStore
from tests.galleries import unit_vectors

DIMENSION, PEOPLE = 16, 300
TEMPLATES = unit_vectors(PEOPLE, DIMENSION)


def test_an_array_is_searched_as_a_store_would_be() -> None:
    """Row n is person n, whose template is found under the key n + 1."""
    shelf = shelved(TEMPLATES)
    [matches] = shelf.search(TEMPLATES[7:8], 3, ANYHOW, line=0.3)

    assert (person_id(7), 8) == (matches[0].person_id, matches[0].template)
    assert [7, 250] == rows_of(shelf, TEMPLATES[[7, 250]])[:, 0].tolist()


def test_a_plan_is_heeded() -> None:
    """What a benchmark asks for is what it measures."""
    plan = Plan(storage="int8")

    assert plan == shelved(TEMPLATES, plan=plan).index.plan


def test_fewer_people_than_asked_for_leave_gaps() -> None:
    """Rows found are of one length, filled up with -1."""
    found = rows_of(shelved(TEMPLATES[:4]), TEMPLATES[:1])

    assert 0 == found[0, 0]
    assert [-1] * 6 == found[0, 4:].tolist()


def test_callers_share_batches() -> None:
    """All callers that wait together are one batch, of which the size is kept."""
    sizes: list[int] = []

    async def both() -> None:
        async with asking(projected(TEMPLATES), sizes) as ask:
            await asyncio.gather(*(ask(probe) for probe in TEMPLATES[:5]))

    uvloop.run(both())

    assert [5] == sizes


@pytest.fixture(name="path")
def _path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(database, "ROOT", tmp_path)
    return database.database(TEMPLATES, "few")


def test_a_database_holds_the_crowd(path: Path) -> None:
    """A gallery that opens it finds what an array of the same templates finds."""
    projection = Projection(ExactIndexes())
    database.planned(path, Plan(storage="fp32"))
    asyncio.run(_load(path, projection))
    shelf = projection.shelf(COLLECTION)

    assert PEOPLE == shelf.table.visible_count
    assert Plan(storage="fp32") == Plan.load(shelf.plan)
    assert np.array_equal(rows_of(shelved(TEMPLATES), TEMPLATES), rows_of(shelf, TEMPLATES))


def test_a_database_is_built_once(path: Path) -> None:
    """Whoever asks again gets the file that is there."""
    made = path.stat().st_mtime_ns

    assert path == database.database(TEMPLATES[:1], "few")
    assert made == path.stat().st_mtime_ns


def test_a_copy_can_be_changed_alone(path: Path, tmp_path: Path) -> None:
    """It has the snapshots of the original, and a folder that may be thrown away."""
    database.snapshots(path).mkdir()
    (database.snapshots(path) / "1.snapshot").write_bytes(b"index")

    copy = database.copied(path, tmp_path / "copy")

    assert path.read_bytes() == copy.read_bytes()
    assert b"index" == (database.snapshots(copy) / "1.snapshot").read_bytes()


class Exact(lines.Side):
    """A side in few lines; its effort is how many of its answers it gives away."""

    def __init__(self) -> None:
        self._templates = np.empty((0, DIMENSION), np.float32)

    async def fill(self, templates: Vectors) -> None:
        """Keep them."""
        self._templates = np.asarray(templates)

    async def search(self, probe: Vectors, effort: int) -> Sequence[int]:
        """All products."""
        best: list[int] = np.argsort(-self._templates @ probe)[: lines.BEST].tolist()
        return best[:effort]


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    np.save(tmp_path / "templates.npy", TEMPLATES)
    np.savez(tmp_path / "probes.npz", vectors=TEMPLATES[:6])
    return tmp_path


def test_a_side_is_asked_in_lines(folder: Path) -> None:
    """It fills up, finds, and is timed, in a process of its own."""
    with running([sys.executable, __file__, folder / "probes.npz"]) as client:
        took_s = client.fill(folder / "templates.npy", 100)
        found, all_waits = client.found(callers=2, effort=lines.BEST)
        few, _ = client.found(callers=1, effort=2)
        waits = client.search(callers=3, calls=20, effort=lines.BEST)

    assert took_s > 0
    assert list(range(6)) == found[:, 0].tolist()
    assert found.max() < 100
    assert np.array_equal(np.hstack([found[:, :2], np.full((6, 8), -1)]), few)
    assert [6, 20] == [len(all_waits.each_s), len(waits.each_s)]


def test_a_peer_is_given_the_least_effort_that_suffices(folder: Path) -> None:
    """Efforts rise until enough is found; none beyond is tried."""
    compared = Compared(Peer("exact", "none", (3, 9, 10, 11)))
    probes = Probes(vectors=TEMPLATES[:6], mates=np.arange(6), kinds=np.array(["clean"] * 6))
    best = nearest(TEMPLATES, probes.vectors, lines.BEST)
    crowd = Crowd(templates=TEMPLATES, probes=probes, best=best)
    with running([sys.executable, __file__, folder / "probes.npz"]) as client:
        client.fill(folder / "templates.npy", PEOPLE)
        swept(compared, client, crowd)

    assert 10 == compared.effort
    assert [0.3, 0.9, 1.0] == pytest.approx([share for share, _ in compared.points])


def test_peers_raise_their_effort() -> None:
    """Each sweep begins low, and no peer is measured twice under one name."""
    assert all(sorted(set(peer.efforts)) == list(peer.efforts) for peer in PEERS)
    assert len(PEERS) == len({peer.name for peer in PEERS})


def test_people_who_are_added_are_somebody_new() -> None:
    """Unit vectors, each of another person and another request."""
    people = strangers(TEMPLATES)
    requests = [next(people) for _ in range(5)]
    vectors = [np.frombuffer(r.templates[0].packed_vector, "<f4") for r in requests]

    assert 5 == len({r.person_id for r in requests}) == len({r.request_id for r in requests})
    assert [1.0] * 5 == pytest.approx([float(np.linalg.norm(v)) for v in vectors], abs=1e-5)


def test_sizes_that_do_not_fit_are_left_out() -> None:
    """What is held at once fits into free memory."""
    sizes = [10_000, 1_000_000, 5_000_000]

    assert sizes[:2] == growth.fitting(sizes, 2 * growth.GIB)
    assert sizes == growth.fitting(sizes, 20 * growth.GIB)


async def _load(path: Path, projection: Projection) -> None:
    opened = SqliteStore.opened(path, projection, limits=BatchLimits(), remember_h=1)
    async with opened:
        pass


if __name__ == "__main__":
    asyncio.run(lines.serve(Exact(), Path(sys.argv[1])))
