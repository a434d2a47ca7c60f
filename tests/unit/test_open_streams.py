"""Streams that end with the credential that they came with."""

import asyncio
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


async def test_another_timeout_is_not_taken_for_an_end() -> None:
    """A deadline that passes inside is what it is."""
    with pytest.raises(TimeoutError):
        async with OpenStreams().while_it_holds(ANN):
            raise TimeoutError
