"""A gallery with a key, as a real process: what its disk tells, and keys that are replaced."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from meshkit.sealing import UNSEALED
from sureface.gallery.v1 import maintenance_pb2 as pb
from tests.galleries import STAFF, create, names, search, unit_vectors
from tests.maintenance import ASKED, DIMENSION, Served, connected, crowd
from tests.processes import refusal, service
from tests.redises import redis_server
from tests.sealing import KEY, OTHER, found, key_file, key_id

COUNT = 20_001
"""Enough for a snapshot."""

PEOPLE = unit_vectors(COUNT, DIMENSION)
TRACES = PEOPLE[7].tobytes(), PEOPLE[7].astype(np.float16).tobytes()


async def filled(mesh: Served) -> None:
    """Enrol everybody."""
    await mesh.gallery.CreateCollection(create(dimension=DIMENSION))
    await crowd(mesh.gallery, COUNT)


async def resealed(mesh: Served) -> pb.ResealTemplatesResponse:
    """Have all templates sealed anew; the last answer."""
    *_, last = [step async for step in mesh.upkeep.ResealTemplates(pb.ResealTemplatesRequest())]
    return last


async def known(mesh: Served) -> tuple[int, list[str]]:
    """How many templates there are, and who some probes are taken for."""
    some = PEOPLE[:: COUNT // 40]
    stats = await mesh.upkeep.GetCollectionStats(ASKED)
    reply = await mesh.gallery.SearchPersons(search(*some, limit=1))
    return stats.template_count, [name for result in reply.results for name in names(result)]


EVERYBODY = COUNT, [f"p{row}" for row in range(0, COUNT, COUNT // 40)]


@pytest.mark.timeout(400)  # processes on a busy machine
@pytest.mark.parametrize(
    ("lines", "told"),
    [
        pytest.param((UNSEALED,), [True, True], id="without a key"),
        pytest.param((KEY,), [False, False], id="with a key"),
    ],
)
async def test_a_folder_tells_vectors_only_without_a_key(
    tmp_path: Path, lines: tuple[str, ...], told: list[bool]
) -> None:
    """Neither the database, nor its log, nor copies of indexes: not in half precision either."""
    keys = key_file(tmp_path / "keys", *lines)
    (data := tmp_path / "data").mkdir()
    given = {"PATH": data / "gallery.db", "SEALING_KEYS": keys}
    async with service("gallery", **given) as process, connected(process.port) as mesh:
        await filled(mesh)
        process.kill()
    logged = found(data, *TRACES)
    async with service("gallery", **given) as process, connected(process.port) as mesh:
        there = await known(mesh)
        process.terminate()
        await process.wait()
    async with service("gallery", **given) as process, connected(process.port) as mesh:
        again = await known(mesh)
        said = "".join(process.lines)

    assert told[0] == ("templates are not encrypted" in said)
    assert 1 == len(list(data.glob("gallery.db.snapshots/*.snapshot")))
    assert told[0] == logged[0]
    assert told == found(data, *TRACES)
    assert (EVERYBODY, EVERYBODY) == (there, again)


@dataclass(frozen=True)
class Place:
    """Where a gallery keeps what it has."""

    setting: dict[str, object]
    folder: Path
    wiped: Callable[[], Awaitable[None]]
    """Waits until what was kept before a rotation has left the files."""


@pytest.fixture(name="place", params=["sqlite", "redis"])
async def _place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    if request.param == "sqlite":
        (data := tmp_path / "data").mkdir()
        yield Place({"PATH": data / "gallery.db"}, data, at_once)
        return
    with redis_server(tmp_path / "redis") as server:
        rewritten = partial(server.logged, "Background AOF rewrite finished successfully")
        yield Place({"REDIS_URL": server.url}, server.folder, rewritten)


async def at_once() -> None:
    """SQLite's file is written anew before the rotation ends."""


@pytest.mark.timeout(400)  # processes on a busy machine
async def test_a_store_is_sealed_while_it_runs_and_again_after_a_kill(
    tmp_path: Path, place: Place
) -> None:
    """Keys are read anew; a killed rotation goes on; then the old key is of no use."""
    keys = key_file(tmp_path / "keys", UNSEALED)
    given = place.setting | {"SEALING_KEYS": keys}
    async with service("gallery", **given) as process, connected(process.port) as mesh:
        await filled(mesh)
        key_file(keys, KEY, UNSEALED)
        sealed = await resealed(mesh)
        await place.wiped()
        after = found(place.folder, *TRACES)
        key_file(keys, OTHER, KEY)
        steps = mesh.upkeep.ResealTemplates(pb.ResealTemplatesRequest())
        begun = await anext(aiter(steps))
        process.kill()
    async with service("gallery", **given) as process, connected(process.port) as mesh:
        between = await mesh.upkeep.GetSealing(pb.GetSealingRequest())
        rotated = await resealed(mesh)
    key_file(keys, OTHER)
    async with service("gallery", **given) as process, connected(process.port) as mesh:
        there = await known(mesh)
        left = await mesh.upkeep.GetSealing(pb.GetSealingRequest())
    code, said = await refusal("gallery", **(given | {"SEALING_KEYS": key_file(keys, KEY)}))

    assert (COUNT, COUNT, True, []) == (
        sealed.template_count,
        sealed.resealed_count,
        sealed.done,
        list(sealed.older_key_ids),
    )
    assert [False, False] == after
    assert 0 < begun.resealed_count < COUNT
    assert (key_id(OTHER), [key_id(KEY)]) == (between.key_id, list(between.older_key_ids))
    assert 0 < rotated.resealed_count < COUNT
    assert (EVERYBODY, key_id(OTHER), []) == (there, left.key_id, list(left.older_key_ids))
    assert code != 0
    assert f"sealed with key {key_id(OTHER)}, which is not there" in said[-1]
    assert STAFF not in said[-1]
