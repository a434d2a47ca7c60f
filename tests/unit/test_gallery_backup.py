"""A database that comes back from a backup, over what newer indexes left beside it."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.gallery.faiss import FaissIndexes
from services.gallery.gallery import Probes
from services.gallery.snapshots import Folder
from tests.galleries import CONTRACT, STAFF, unit_vectors
from tests.upkeeps import House, house, names

DIMENSION = 32


async def best(house: House, vectors: Iterable[NDArray[np.float32]]) -> list[tuple[str, float]]:
    """Who resembles each vector most, and how much."""
    probes = Probes(collection_id=STAFF, contract_id=CONTRACT, vectors=list(vectors))
    answered = await house.gallery.search(probes, 1)
    matches = [found.matches[0] for found in answered.results]
    return [(match.person_id, match.similarity) for match in matches]


async def test_nobody_is_found_by_the_vector_of_somebody_else(tmp_path: Path) -> None:
    """People of a life of the file that is undone are not confused with those of the next."""
    path, backup, folder = tmp_path / "db", tmp_path / "backup", tmp_path / "snapshots"
    old, lost, new = (unit_vectors(50, DIMENSION, seed=seed) for seed in (1, 2, 3))
    indexes = FaissIndexes(snapshots=Folder(folder))
    async with house(path, indexes, dimension=DIMENSION) as first:
        await first.enroll(names(50), old)
    shutil.copy(path, backup)
    async with house(path, indexes) as goes_on:
        await goes_on.enroll(names(50, start=50), lost)
        shelf = goes_on.shelf
        indexes.save(shelf.index, shelf.collection, shelf.lock)
    async with house(backup, FaissIndexes()) as elsewhere:
        await elsewhere.enroll(names(50, start=100), new)
    shutil.copy(backup, path)

    async with house(path, FaissIndexes(snapshots=Folder(folder))) as back:
        sure = [name for name, similarity in await best(back, lost) if similarity > 0.9]
        found = [name for name, _ in await best(back, [*old, *new])]

    assert [] == sure
    assert [*names(50), *names(50, start=100)] == found
