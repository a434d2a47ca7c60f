"""Who comes and goes leaves nothing behind, whatever kind of index there is."""

import asyncio
from pathlib import Path

import numpy as np

from services.gallery.exact import ExactIndexes
from services.gallery.successor import Successor
from tests.galleries import unit_vectors
from tests.shelves import a_shelf, columns, enroll
from tests.upkeeps import house, names


async def test_an_index_that_gives_back_room_is_not_rebuilt_for_the_table(tmp_path: Path) -> None:
    """What is left of the removed beside such an index goes, and the index stays."""
    vectors = unit_vectors(3000)
    async with house(tmp_path / "db", ExactIndexes(), every_s=0.001) as home:
        await home.enroll(["ada"] * 1500 + names(1500), vectors)
        index = home.shelf.index
        await home.remove("ada")
        while home.shelf.tombstones:  # noqa: ASYNC110  # gone by a later look
            await asyncio.sleep(0.001)
        found = await home.found(*vectors[1500:1564])

    assert index is home.shelf.index
    assert 1500 == len(home.shelf.table)
    assert [[name] for name in names(64)] == found


def test_a_table_made_anew_knows_every_change() -> None:
    """Who comes meanwhile is not lost, and who goes meanwhile stays away."""
    shelf, vectors = a_shelf(), unit_vectors(6)
    enroll(shelf, 1, "ada")
    enroll(shelf, 2, "bob")
    shelf.add(columns([3, 4, 5], [1, 2, 1]), vectors[:3])
    shelf.remove_templates(np.array([3]))

    successor = Successor(shelf, shelf.index)
    take_over(successor)
    shelf.add(columns([6, 7, 8], [1, 2, 1]), vectors[3:])
    shelf.remove_templates(np.array([4]))
    early = successor.swap()
    take_over(successor)
    rebuilt = successor.swap()

    assert early is None
    assert rebuilt
    seen = shelf.table.keys[shelf.table.visible]
    assert (1, 4) == (rebuilt.tombstones, rebuilt.templates)
    assert [5, 6, 7, 8] == seen.tolist() == shelf.index.keys().tolist()


def take_over(successor: Successor) -> None:
    """Everything that there is by now."""
    while portion := successor.next(2):
        successor.keep(portion)
