"""Streams that end with the credential that they came with."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from faces.errors import Unauthenticated
from gateway.identity.asking import Identity
from gateway.identity.streams import OpenStreams

ANN = Identity(subject="ann", roles=frozenset(), key_id="key-a")


def until(left: timedelta) -> Identity:
    return Identity(subject="bob", roles=frozenset(), expire_time=datetime.now(UTC) + left)


@pytest.mark.parametrize("left_s", [-1.0, 0.05])
async def test_a_stream_ends_when_its_credential_expires(left_s: float) -> None:
    """Also one that expired while the call began."""
    with pytest.raises(Unauthenticated):
        async with OpenStreams().while_it_holds(until(timedelta(seconds=left_s))):
            await asyncio.get_running_loop().create_future()


async def test_a_stream_that_is_over_does_not_care() -> None:
    """Its credential may end later."""
    streams = OpenStreams()
    async with streams.while_it_holds(ANN), streams.while_it_holds(until(timedelta(days=1))):
        told = "all"
    streams.end({"key-a"})

    assert "all" == told


async def test_streams_of_other_keys_go_on() -> None:
    """Those without a key, too."""
    streams = OpenStreams()
    async with streams.while_it_holds(ANN), streams.while_it_holds(until(timedelta(days=1))):
        streams.end({"key-b"})
        await asyncio.sleep(0)
        told = "all"

    assert "all" == told


async def test_a_stream_that_ends_slowly_does_not_keep_others_open() -> None:
    """One that has expired, and is still busy with its end, is left to it."""
    streams, may_go, going = OpenStreams(), asyncio.Event(), asyncio.Event()

    async def stream(who: Identity) -> None:
        async with streams.while_it_holds(who):
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                going.set()
                await may_go.wait()

    slow = asyncio.create_task(stream(replace(ANN, expire_time=datetime.now(UTC))))
    await going.wait()
    others = [asyncio.create_task(stream(ANN)) for _ in range(9)]
    await asyncio.sleep(0)
    try:
        streams.end({"key-a"})
    finally:
        may_go.set()
    ends = await asyncio.gather(slow, *others, return_exceptions=True)

    assert [Unauthenticated] * 10 == [type(end) for end in ends]


async def test_another_timeout_is_not_taken_for_an_end() -> None:
    """A deadline that passes inside is what it is."""
    with pytest.raises(TimeoutError):
        async with OpenStreams().while_it_holds(ANN):
            raise TimeoutError
