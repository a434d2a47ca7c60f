"""Callers who are refused are heard out, for a while."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from faces.errors import FieldMissing
from meshkit import hearing
from meshkit.hearing import heard_out


async def test_what_is_still_sent_is_read_before_a_refusal() -> None:
    """The caller is at their end, and hears."""
    read: list[int] = []

    async def sent() -> AsyncIterator[int]:
        for number in range(3):
            read.append(number)
            yield number

    async def refusing(requests: AsyncIterator[int]) -> None:
        async with heard_out(requests):
            await anext(requests)
            raise FieldMissing(field="x")

    with pytest.raises(FieldMissing):
        await refusing(sent())
    assert [0, 1, 2] == read


async def test_whoever_never_stops_is_refused_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody keeps a server busy by sending on."""
    monkeypatch.setattr(hearing, "LIMIT_S", 0.01)

    async def sent() -> AsyncIterator[int]:
        while True:
            await asyncio.sleep(0)
            yield 0

    with pytest.raises(FieldMissing):
        async with heard_out(sent()):
            raise FieldMissing(field="x")


async def test_nothing_is_read_on_for_a_caller_who_is_answered() -> None:
    """The block has taken what it wanted."""

    async def sent() -> AsyncIterator[int]:
        raise AssertionError
        yield 0

    async with heard_out(sent()):
        pass
