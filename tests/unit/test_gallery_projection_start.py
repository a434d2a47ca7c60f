"""A collection whose index cannot be made keeps nobody else from being found."""

from pathlib import Path

import pytest
from typing_extensions import override

from faces.errors import ServiceUnavailable
from meshkit.batcher import BatchLimits
from services.gallery import rules
from services.gallery.exact import ExactIndexes
from services.gallery.gallery import Gallery, Probes
from services.gallery.index import Index
from services.gallery.projection import Projection
from services.gallery.records import Collection
from services.gallery.rules import NewCollection
from services.gallery.sqlite import SqliteStore
from tests.galleries import CONTRACT, DIMENSION, STAFF, unit_vectors
from tests.stores import adding, creating, fresh
from tests.witness import Witness

OTHER = "visitors"
LIMITS = BatchLimits()


class Picky(ExactIndexes):
    """Fails for some collections."""

    refused: tuple[str, ...] = (STAFF,)

    @override
    def opened(self, collection: Collection, count: int) -> Index:
        if collection.collection_id in self.refused:
            raise ArithmeticError("no text of this may leave")
        return super().opened(collection, count)


async def test_a_start_survives_an_index_that_fails(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its collection is unavailable until it can be built; all others are searched."""
    async with SqliteStore.opened(tmp_path / "db", Witness(), limits=LIMITS, remember_h=1) as store:
        for work in (creating(), adding("ada")):
            await store.write(fresh("any"), work)
        new = NewCollection(collection_id=OTHER, contract_id=CONTRACT, dimension=DIMENSION)
        await store.write(fresh("any"), lambda tx: rules.create(tx, new))

    indexes = Picky()
    projection = Projection(indexes)
    async with (
        SqliteStore.opened(tmp_path / "db", projection, limits=LIMITS, remember_h=1) as store,
        Gallery.opened(store, projection, LIMITS) as gallery,
    ):

        async def found(collection: str) -> list[str]:
            vectors = list(unit_vectors(1))
            probes = Probes(collection_id=collection, contract_id=CONTRACT, vectors=vectors)
            [result] = (await gallery.search(probes, 1)).results
            return [match.person_id for match in result.matches]

        others = await found(OTHER)
        with pytest.raises(ServiceUnavailable):
            await found(STAFF)
        indexes.refused = ()
        mended = await found(STAFF)

    failed = [each.__dict__["collection"] for each in caplog.records if each.exc_info]
    assert ([], ["ada"], {STAFF}) == (others, mended, set(failed))
