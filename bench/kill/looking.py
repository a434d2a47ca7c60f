"""Looks at a gallery: all that is stored, and what searches find."""

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import grpc
import grpc.aio

from bench.kill.samples import Person, number_of, sample
from bench.kill.writes import CALL_S
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import CONTRACT, STAFF, Stub, unless_missing

HEALED_S = 30.0
"""Longest time until a gallery answers again after a fault."""

_PROBES = 64
"""Most in one search."""

_AT_ONCE = 2
"""Searches, which keeps both sides busy."""

_SAME = 0.999
"""Least similarity of a template with itself, as any index keeps it."""

T = TypeVar("T")


@dataclass
class Stored:
    """Everything in a collection."""

    templates: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Whose each one is, and its identifier."""

    persons: dict[str, tuple[Mapping[str, str], int]] = field(default_factory=dict)
    """Their labels, and how many templates are counted."""

    counted: tuple[int, int] = (0, 0)
    """Persons and templates, as the collection counts them."""

    faults: list[str] = field(default_factory=list)
    """Templates that are not whole, or there twice."""


async def persistently(call: Callable[[], Awaitable[T]]) -> T:
    """Call until the gallery is available; what else fails, fails."""
    ends = time.monotonic() + HEALED_S
    while True:
        try:
            return await call()
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE or time.monotonic() > ends:
                raise
        await asyncio.sleep(0.02)


async def stored(gallery: Stub) -> Stored:
    """Read everything."""
    seen = Stored()
    request = pb.ExportTemplatesRequest(collection_id=STAFF)
    async for message in gallery.ExportTemplates(request, timeout=CALL_S):
        for record in message.records:
            _take(seen, record)
    listing = pb.ListPersonsRequest(collection_id=STAFF, page_size=1000)
    while True:
        page = await gallery.ListPersons(listing, timeout=CALL_S)
        for person in page.persons:
            seen.persons[person.person_id] = (dict(person.labels), person.template_count)
        if not page.next_page_token:
            break
        listing.page_token = page.next_page_token
    wanted = pb.GetCollectionRequest(collection_id=STAFF)
    collection = (await gallery.GetCollection(wanted, timeout=CALL_S)).collection
    seen.counted = (collection.person_count, collection.template_count)
    return seen


async def person(gallery: Stub, person_id: str) -> Person | None:
    """Read somebody; a template that is not whole has number -1."""
    request = pb.GetPersonRequest(collection_id=STAFF, person_id=person_id)
    reply = await unless_missing(gallery.GetPerson(request, timeout=CALL_S))
    if reply is None:
        return None
    numbers = [number_of(template) for template in reply.templates]
    last = int(reply.person.labels["last"])
    whole = Person(frozenset(numbers), last)
    counts = len(numbers) == len(whole.numbers) == reply.person.template_count
    return (
        whole
        if counts and dict(reply.person.labels) == whole.labels
        else Person(frozenset([-1]), last)
    )


async def found(
    gallery: Stub, numbers: Sequence[int], position: int
) -> tuple[dict[int, tuple[str, str]], int]:
    """Search for templates: whose each is that was found, its identifier; the least position."""
    some = [numbers[start : start + _PROBES] for start in range(0, len(numbers), _PROBES)]
    hits: dict[int, tuple[str, str]] = {}
    positions = [position]
    for start in range(0, len(some), _AT_ONCE):
        pages = some[start : start + _AT_ONCE]
        calls = [functools.partial(_search, gallery, asked, position) for asked in pages]
        replies = await asyncio.gather(*map(persistently, calls))
        for asked, reply in zip(pages, replies, strict=True):
            positions.append(reply.position)
            hits |= _hits(asked, reply.results)
    return hits, min(positions)


def _search(
    gallery: Stub, numbers: Sequence[int], position: int
) -> Awaitable[pb.SearchPersonsResponse]:
    request = pb.SearchPersonsRequest(
        collection_id=STAFF,
        contract_id=CONTRACT,
        probes=[pb.Probe(packed_vector=sample(number).packed_vector) for number in numbers],
        limit=1,
        min_position=position,
    )
    return gallery.SearchPersons(request, timeout=CALL_S)


def _hits(asked: Sequence[int], results: Iterable[pb.SearchResult]) -> dict[int, tuple[str, str]]:
    both = zip(asked, results, strict=True)
    best = {number: result.persons[0] for number, result in both if result.persons}
    return {n: (b.person_id, b.template_id) for n, b in best.items() if b.similarity > _SAME}


def _take(seen: Stored, record: pb.TemplateRecord) -> None:
    number = number_of(record.template)
    if number < 0:
        seen.faults.append(f"a template of {record.person_id} is not as it was written")
    elif number in seen.templates:
        seen.faults.append(f"template {number} is there twice")
    else:
        seen.templates[number] = (record.person_id, record.template_id)
