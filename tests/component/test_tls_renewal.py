"""Certificates that are renewed while a server serves and a caller calls."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from cryptography import x509
from google.protobuf.wrappers_pb2 import StringValue

from meshkit.channels import channel
from meshkit.rpc import Context
from meshkit.server import serving
from meshkit.tls.calling import Trust
from tests.certificates import House
from tests.echo import CONFIG
from tests.fakes import until

NAME = "sureface.gallery.v1.GalleryService"
"""A service of the table, for callers to be let in."""


class Witness:
    """Tells each caller which certificate it showed; streams tell it twice."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()

    async def _once(self, request: StringValue, context: Context) -> StringValue:
        return StringValue(value=serial(context))

    async def _twice(self, request: StringValue, context: Context) -> AsyncIterator[StringValue]:
        yield StringValue(value=serial(context))
        await self.go_on.wait()
        yield StringValue(value=serial(context))

    def register(self, server: grpc.aio.Server) -> None:
        """Add it to a server."""
        how: dict[str, Any] = {
            "request_deserializer": StringValue.FromString,
            "response_serializer": StringValue.SerializeToString,
        }
        handlers = {
            "Once": grpc.unary_unary_rpc_method_handler(self._once, **how),
            "Twice": grpc.unary_stream_rpc_method_handler(self._twice, **how),
        }
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(NAME, handlers),))


class Asking:
    """A caller with one channel, whose calls must not fail."""

    def __init__(self, opened: grpc.aio.Channel) -> None:
        parse = StringValue.FromString
        self.once: Any = opened.unary_unary(f"/{NAME}/Once", None, parse)
        self.twice: Any = opened.unary_stream(f"/{NAME}/Twice", None, parse)

    async def serial(self) -> str:
        """Which certificate the server saw."""
        return str((await self.once(b"", timeout=30)).value)


def serial(context: Context) -> str:
    """The number of the certificate that a caller shows."""
    [pem] = context.auth_context()["x509_pem_cert"]
    return str(x509.load_pem_x509_certificate(pem).serial_number)


def number(folder: Path) -> str:
    """The number of the certificate in a folder."""
    pem = (folder / "tls.crt").read_bytes()
    return str(x509.load_pem_x509_certificate(pem).serial_number)


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> House:
    return House(tmp_path / "certs")


@contextlib.asynccontextmanager
async def asking(house: House, witness: Witness) -> AsyncIterator[Asking]:
    """Serve and call with certificates of a house."""
    config = replace(CONFIG, tls=house.give("gallery"), grace_s=30)
    trust = Trust(folder=house.give("gateway"), name="gallery")
    async with (
        serving({NAME: witness.register}, config) as port,
        channel(f"127.0.0.1:{port}", [], trust) as opened,
    ):
        yield Asking(opened)


async def test_a_renewed_certificate_is_shown_by_the_next_call(house: House) -> None:
    """Nothing is restarted; a call that runs finishes over the connection that it began on."""
    witness = Witness()
    async with asking(house, witness) as caller:
        before = number(house.folder / "gateway")
        running = aiter(caller.twice(b"", timeout=60))
        told = [(await anext(running)).value, await caller.serial()]
        after = number(house.give("gateway"))
        told.append(await caller.serial())
        witness.go_on.set()
        told += [each.value async for each in running]
        told.append(await caller.serial())

    assert before != after
    assert [before, before, after, before, after] == told


async def test_the_old_connection_ends_with_its_last_call(house: House) -> None:
    """Nobody keeps connections of certificates that nobody shows any more."""
    witness = Witness()
    async with asking(house, witness) as caller:
        running = aiter(caller.twice(b"", timeout=60))
        await anext(running)
        house.give("gateway")
        await caller.serial()

        def retiring() -> bool:
            return any(task.get_name() == "old channel" for task in asyncio.all_tasks())

        kept = retiring()
        witness.go_on.set()
        [each async for each in running]
        await until(lambda: not retiring())

    assert kept


async def test_an_authority_is_replaced_under_load(tmp_path: Path, house: House) -> None:
    """Both are believed for a while; then all certificates are new; then one is believed. Not one
    call fails, and at the end a connection of before could not be made."""
    new = House(tmp_path / "new")
    answers: list[str] = []
    folders = [house.folder / name for name in ("gallery", "gateway")]

    async with asking(house, Witness()) as caller:

        async def work() -> None:
            while True:
                answers.append(await caller.serial())

        async def calls(count: int) -> None:
            wanted = len(answers) + count
            await until(lambda: len(answers) >= wanted or any(task.done() for task in load))

        load = [asyncio.create_task(work()) for _ in range(4)]
        await calls(20)
        for folder in folders:
            (folder / "ca.crt").write_bytes(house.pem + new.pem)
        await calls(20)
        for folder in folders:
            made = new.give(folder.name)
            # The key first: until the certificate is there, too, the pair is of no use.
            (folder / "tls.key").write_bytes((made / "tls.key").read_bytes())
            await calls(20)
            (folder / "tls.crt").write_bytes((made / "tls.crt").read_bytes())
        await calls(20)
        for folder in folders:
            (folder / "ca.crt").write_bytes(new.pem)
        await calls(20)
        for task in load:
            task.cancel()
        ended = await asyncio.gather(*load, return_exceptions=True)

    assert [asyncio.CancelledError] * 4 == [type(each) for each in ended]
    assert number(new.folder / "gateway") == answers[-1]
    assert 2 == len(set(answers))


async def test_a_renewed_certificate_is_served_to_the_next_connection(
    tmp_path: Path, house: House
) -> None:
    """A process that serves is not restarted: who connects meets the new certificate."""
    other = House(tmp_path / "other")
    believing = house.give("gateway")
    async with asking(house, Witness()) as caller:
        await caller.serial()
        # From here on, the server is of an authority that this caller does not believe yet.
        made = other.give("gallery")
        for name in ("tls.key", "tls.crt"):
            (house.folder / "gallery" / name).write_bytes((made / name).read_bytes())
        house.give("gateway")  # so that the next call makes a connection
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await caller.serial()
        (believing / "ca.crt").write_bytes(other.pem)
        told = await caller.serial()

    assert grpc.StatusCode.UNAVAILABLE == failure.value.code()
    assert number(believing) == told
