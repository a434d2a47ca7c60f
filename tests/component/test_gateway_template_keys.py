"""Template keys in front of a gallery: what is drawn, and what stands for what was sent."""

import contextlib
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import grpc.aio
import numpy as np
import pytest

from faces.errors import CollectionNotFound, ContractMismatch
from faces.renewable import keyed_contract
from gateway.backends.grpc import GrpcGallery
from gateway.backends.spaces import Spaces
from meshkit.rpc import Context
from meshkit.server import serving
from meshkit.template_keys import TemplateKeys
from services.gallery.app import NAME, open_app
from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.gallery.v1 import gallery_pb2, gallery_pb2_grpc
from tests.bulk import people
from tests.component.test_gateway_transfers import gateway_to, messages
from tests.echo import CONFIG
from tests.galleries import CONTRACT, DIMENSION, STAFF, config, create, stub, unit_vectors
from tests.sealing import KEY, OTHER, key_file

[PROBE] = unit_vectors(1)
KEYS = TemplateKeys.parse(f"* {KEY}")


class Asked:
    """A gateway's view of a real gallery, under one key for all collections."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.spaces = Spaces(KEYS)
        self._gallery = GrpcGallery(channel, self.spaces)

    async def search(self, collection_id: str) -> None:
        assert not await self._gallery.search(collection_id, PROBE, contract_id=CONTRACT, limit=1)

    async def score(self, collection_id: str) -> None:
        await self._gallery.score(collection_id, "ada", PROBE, contract_id=CONTRACT)

    def is_ready(self, collection_id: str) -> bool:
        return self.spaces.of(collection_id).is_ready(CONTRACT, DIMENSION)


@pytest.fixture(name="asked")
async def _asked(tmp_path: Path) -> AsyncIterator[Asked]:
    """With a collection under the key, and one that was made without."""
    async with open_app(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
        keyed = keyed_contract(CONTRACT, bytes(range(32)), STAFF)
        await gallery.CreateCollection(create(contract_id=keyed))
        await gallery.CreateCollection(create("old"))
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Asked(channel)


async def test_no_matrix_is_drawn_for_a_name_that_was_made_up(asked: Asked) -> None:
    """Somebody who tries names would stall the gateway, and push out what others need."""
    await asked.search(STAFF)
    for name in ("nowhere", "elsewhere"):
        with pytest.raises(CollectionNotFound):
            await asked.search(name)
        with pytest.raises(CollectionNotFound):
            await asked.score(name)

    ready = [asked.is_ready(name) for name in (STAFF, "nowhere", "elsewhere")]
    assert [True, False, False] == ready


async def test_no_matrix_is_drawn_for_a_collection_under_no_key(asked: Asked) -> None:
    """It is refused as the gallery would refuse it: with both contracts."""
    with pytest.raises(ContractMismatch, match=f"{CONTRACT} is in force here, not .*key-"):
        await asked.search("old")

    assert not asked.is_ready("old")


class Noting(gallery_pb2_grpc.GalleryServiceServicer):
    """A gallery that keeps nothing but the imports that it was sent; pinned to one contract."""

    def __init__(self, contract_id: str) -> None:
        self._contract_id = contract_id
        self.imports: list[gallery_pb2.ImportTemplatesRequest] = []

    async def GetCollection(
        self, request: gallery_pb2.GetCollectionRequest, context: Context
    ) -> gallery_pb2.GetCollectionResponse:
        found = gallery_pb2.Collection(contract_id=self._contract_id, dimension=DIMENSION)
        return gallery_pb2.GetCollectionResponse(collection=found)

    async def ImportTemplates(
        self,
        request_iterator: AsyncIterator[gallery_pb2.ImportTemplatesRequest],
        context: Context,
    ) -> gallery_pb2.ImportTemplatesResponse:
        self.imports = [each async for each in request_iterator]
        return gallery_pb2.ImportTemplatesResponse()


async def forwarded(
    folder: Path, key: str, sent: list[pb.ImportCollectionRequest]
) -> list[gallery_pb2.ImportTemplatesRequest]:
    """What a gateway with this key makes of an import."""
    (folder / "data").mkdir(parents=True)
    keys = key_file(folder / "keys", f"* {key}")
    space = Spaces(TemplateKeys.read(keys)).of(STAFF)
    gallery = Noting(space.contract(CONTRACT))  # type: ignore[abstract]  # its other calls are not made
    add = gallery_pb2_grpc.add_GalleryServiceServicer_to_server
    async with contextlib.AsyncExitStack() as stack:
        port = await stack.enter_async_context(
            serving({NAME: lambda server: add(gallery, server)}, CONFIG)
        )
        running = await stack.enter_async_context(
            gateway_to(port, folder / "data", template_keys=keys)
        )
        await running.enrollment.ImportCollection(iter(sent))
    return gallery.imports


async def test_an_import_is_known_again_by_what_the_caller_sent(tmp_path: Path) -> None:
    """Not by what it was turned to: another processor may do that otherwise in the last digit."""
    parts = people(2), people(2, 2)

    taken = await forwarded(tmp_path / "one", KEY, messages(*parts))

    space = Spaces(KEYS).of(STAFF)
    marks = [
        space.fingerprint(written(gallery_pb2.ImportTemplatesRequest(records=each)))
        for each in parts
    ]
    assert [each.fingerprint for each in taken] == marks
    assert 2 == len(set(marks))
    sent, turned = (each[0].template.packed_vector for each in (parts[0], taken[0].records))
    assert not np.allclose(np.frombuffer(sent, "<f4"), np.frombuffer(turned, "<f4"), atol=0.01)


async def test_what_an_import_is_known_by_tells_nothing_without_the_key(tmp_path: Path) -> None:
    """Of one file under two keys, a gallery sees two; nor is it a plain digest of vectors."""
    one, other = [
        await forwarded(tmp_path / name, key, messages(people(2)))
        for name, key in (("one", KEY), ("two", OTHER))
    ]

    plain = hashlib.sha256(written(gallery_pb2.ImportTemplatesRequest(records=people(2)))).digest()
    assert 3 == len({one[0].fingerprint, other[0].fingerprint, plain})


def written(message: gallery_pb2.ImportTemplatesRequest) -> bytes:
    return message.SerializeToString(deterministic=True)
