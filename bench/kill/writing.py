"""A caller who adds and removes until the gallery is gone, or they are told to stop."""

import asyncio
import random
from collections.abc import Sequence

import grpc
import grpc.aio

from bench.kill.ledger import Doubt, Ledger
from bench.kill.samples import Person
from bench.kill.writes import Add, Answer, Import, Remove, RemoveTemplate, Step, Write
from meshkit import status
from tests.galleries import Stub

_CROWDED = "ERROR_REASON_QUEUE_FULL"
"""The reason of a refusal for want of room: nobody was told that anything was done."""

_UNCHANGED = {"ERROR_REASON_STORE_UNAVAILABLE", _CROWDED}
"""The reasons that promise that nothing was changed."""


class _BrokenOffError(Exception):
    """A call ended without a status."""


async def _sent(write: Write, gallery: Stub) -> Answer:
    try:
        return await write.send(gallery)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task and task.cancelling():
            raise
        # grpc.aio, of a stream whose connection breaks before the call has begun.
        raise _BrokenOffError from None


class Writer:
    """Owns some people: nobody else writes about them, so what must be is known."""

    def __init__(
        self, ledger: Ledger, mine: Sequence[str], chance: random.Random, *, imports: float
    ) -> None:
        """Prepare.

        Args:
            ledger: Is told what was answered.
            mine: Whom it may write about, besides those whom it adds.
            chance: Draws what to do.
            imports: Share of writes that are streams.
        """
        self._ledger = ledger
        self._mine = list(mine)
        self._chance = chance
        self._imports = imports

    async def run(self, galleries: Sequence[Stub], stop: asyncio.Event) -> None:
        """Write to any of the galleries; the first write that fails is the last."""
        while not stop.is_set():
            write = self._next()
            gallery = self._chance.choice(galleries)
            try:
                answer = await _sent(write, gallery)
            except _BrokenOffError:
                self._ledger.doubts.append(Doubt(write, unchanged=False))
                return
            except grpc.aio.AioRpcError as error:
                self._ledger.doubts.append(Doubt(write, unchanged=self._unchanged(error)))
                return
            self._ledger.acknowledge(write, answer)

    def _unchanged(self, error: grpc.aio.AioRpcError) -> bool:
        """Whether a failure promises that; one that no kill explains is noted."""
        info, code = status.info_of(error), error.code()
        # Without a reason, it is what gRPC makes of a connection that broke, or of a gallery
        # that stops: UNAVAILABLE, but also CANCELLED, or INTERNAL in the midst of a stream.
        ours = info is not None and code is not grpc.StatusCode.UNAVAILABLE
        if info is not None and info.reason == _CROWDED:
            return True
        if ours or code is grpc.StatusCode.DEADLINE_EXCEEDED:
            self._ledger.lose(f"a write was answered {code.name}: {error.details()}")
        return info is not None and info.reason in _UNCHANGED

    def _next(self) -> Write:
        """Draw what to do."""
        if self._chance.random() < self._imports:
            return self._import(self._chance.randint(2, 8))
        kind = self._chance.random()
        if self._mine and kind < 0.28:  # noqa: PLR2004  # shares of the mix
            return self._remove()
        if self._mine and kind < 0.50:  # noqa: PLR2004
            return self._remove_template()
        return self._add()

    def _add(self) -> Write:
        """One to three templates: of somebody new, or of somebody here."""
        numbers = self._ledger.new_numbers(self._chance.randint(1, 3))
        if self._mine and self._chance.random() < 0.25:  # noqa: PLR2004  # as above
            person_id = self._chance.choice(self._mine)
            return Add.of(person_id, self._ledger.persons[person_id], numbers)
        self._mine.append(person_id := self._ledger.new_person_id())
        return Add.of(person_id, None, numbers)

    def _remove(self) -> Write:
        place = self._chance.randrange(len(self._mine))
        self._mine[place], self._mine[-1] = self._mine[-1], self._mine[place]
        return Remove.of(self._mine.pop())

    def _remove_template(self) -> Write:
        person_id = self._chance.choice(self._mine)
        person = self._ledger.persons[person_id]
        known = [number for number in sorted(person.numbers) if number in self._ledger.ids]
        if not known:
            return self._add()
        number = self._chance.choice(known)
        return RemoveTemplate.of(person_id, person, number, self._ledger.ids[number])

    def _import(self, messages: int) -> Write:
        steps = [new_people(self._ledger, self._chance.randint(2, 12)) for _ in range(messages)]
        self._mine += [person_id for step in steps for person_id in step]
        return Import(steps)


def new_people(ledger: Ledger, count: int, each: int = 0) -> Step:
    """People of so many templates, or of one to three, who are enrolled at once."""
    step: dict[str, Person | None] = {}
    for _ in range(count):
        numbers = ledger.new_numbers(each or ledger.chance.randint(1, 3))
        step[ledger.new_person_id()] = Person(frozenset(numbers), numbers[0])
    return step
