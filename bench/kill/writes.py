"""Writes, and what each makes of the gallery once it is true."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bench.kill.samples import Person, records, sample
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import CONTRACT, STAFF, Stub, new_id

CALL_S = 30.0
"""Longest time that any answer may take: later is a fault."""

_PAUSE_S = 0.02
"""Longest pause between two messages of an import."""

Step = Mapping[str, Person | None]
"""What one commit makes of some people; None is nobody. All of it is there, or nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gallery said of a write."""

    position: int
    told: tuple[str, ...] = ()
    """All else that a repetition must say again."""


class Write(Protocol):
    """Something to send, and to send again."""

    @property
    def steps(self) -> Sequence[Step]:
        """Its commits, in order."""
        ...

    async def send(self, gallery: Stub) -> Answer:
        """Have it done."""
        ...

    async def again(self, gallery: Stub) -> Answer:
        """Have it done, if it is not."""
        ...


@dataclass(frozen=True, slots=True)
class Add:
    """Templates of one person."""

    steps: Sequence[Step]
    numbers: Sequence[int]
    request: pb.AddTemplatesRequest

    @classmethod
    def of(cls, person_id: str, person: Person | None, numbers: Sequence[int]) -> "Add":
        """Add templates to somebody as they are now."""
        had = person.numbers if person else frozenset()
        after = Person(had | set(numbers), numbers[0])
        request = pb.AddTemplatesRequest(
            request_id=new_id(),
            collection_id=STAFF,
            person_id=person_id,
            contract_id=CONTRACT,
            templates=map(sample, numbers),
            labels=after.labels,
        )
        return cls([{person_id: after}], numbers, request)

    async def send(self, gallery: Stub) -> Answer:
        """Implement `Write`."""
        reply = await gallery.AddTemplates(self.request, timeout=CALL_S)
        return Answer(reply.position, tuple(reply.template_ids))

    again = send


@dataclass(frozen=True, slots=True)
class Remove:
    """A person goes, with everything."""

    steps: Sequence[Step]
    request: pb.DeletePersonRequest

    @classmethod
    def of(cls, person_id: str) -> "Remove":
        """Remove somebody."""
        request = pb.DeletePersonRequest(
            request_id=new_id(), collection_id=STAFF, person_id=person_id
        )
        return cls([{person_id: None}], request)

    async def send(self, gallery: Stub) -> Answer:
        """Implement `Write`."""
        reply = await gallery.DeletePerson(self.request, timeout=CALL_S)
        return Answer(reply.position, (str(reply.template_count), reply.delete_time.ToJsonString()))

    again = send


@dataclass(frozen=True, slots=True)
class RemoveTemplate:
    """A template goes, its person stays."""

    steps: Sequence[Step]
    request: pb.DeleteTemplateRequest

    @classmethod
    def of(cls, person_id: str, person: Person, number: int, template_id: str) -> "RemoveTemplate":
        """Remove one of somebody's templates."""
        request = pb.DeleteTemplateRequest(
            request_id=new_id(), collection_id=STAFF, template_id=template_id
        )
        return cls([{person_id: Person(person.numbers - {number}, person.last)}], request)

    async def send(self, gallery: Stub) -> Answer:
        """Implement `Write`."""
        reply = await gallery.DeleteTemplate(self.request, timeout=CALL_S)
        return Answer(reply.position)

    again = send


@dataclass(frozen=True, slots=True)
class Import:
    """A stream of messages, each about other people, and each a commit."""

    steps: Sequence[Step]
    import_id: str = field(default_factory=new_id)
    pause_s: float = _PAUSE_S

    async def send(self, gallery: Stub, first: int = 0) -> Answer:
        """Implement `Write`; begin with a later message."""
        messages = self._messages(first)
        reply = await gallery.ImportTemplates(messages, timeout=CALL_S)
        return Answer(reply.position, (str(reply.template_count),))

    async def again(self, gallery: Stub) -> Answer:
        """Go on where it broke off; if there is nothing left to send, send everything again."""
        first = await self.stored(gallery)
        if first < len(self.steps):
            await self.send(gallery, first)
        return await self.send(gallery)

    async def stored(self, gallery: Stub) -> int:
        """How many of its messages the gallery says that it has."""
        request = pb.GetImportRequest(import_id=self.import_id)
        return int((await gallery.GetImport(request, timeout=CALL_S)).next_sequence)

    async def _messages(self, first: int) -> AsyncIterator[pb.ImportTemplatesRequest]:
        for step in self.steps[first:]:
            people = [(name, person) for name, person in step.items() if person]
            message = pb.ImportTemplatesRequest(
                records=[r for n, p in people for r in records(n, p, sorted(p.numbers))]
            )
            if step is self.steps[first]:
                message.collection_id, message.contract_id = STAFF, CONTRACT
                message.import_id, message.first_sequence = self.import_id, first
            yield message
            await asyncio.sleep(random.uniform(0, self.pause_s))  # noqa: S311  # a pause
