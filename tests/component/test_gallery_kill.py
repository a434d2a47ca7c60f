"""SIGKILL at random instants: the gallery's promise, kept by real processes."""

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import grpc.aio

from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import (
    STAFF,
    Stub,
    add,
    create,
    delete,
    search,
    stub,
    unit_vectors,
    unless_missing,
)
from tests.processes import service

ROUNDS = 27
WRITERS = 6
EACH = 2
"""Templates of every person: with one of them missing, a person is half there."""

POOL = unit_vectors(20_000, 64, seed=5)
"""In 64 dimensions no two of them resemble each other."""


@dataclass
class Ledger:
    """What callers were told, and what they were not."""

    present: dict[str, int] = field(default_factory=dict)
    """Persons whose addition was acknowledged, and where in the pool they are."""
    absent: dict[str, int] = field(default_factory=dict)
    """Persons whose deletion was acknowledged."""
    unknown: list[Any] = field(default_factory=list)
    """Requests that nobody answered."""
    acknowledged: int = 0
    losses: list[str] = field(default_factory=list)
    used: int = 0

    def take(self, request: Any, number: int) -> None:
        """Note an acknowledged request."""
        added = isinstance(request, pb.AddTemplatesRequest)
        (self.present if added else self.absent)[request.person_id] = number
        (self.absent if added else self.present).pop(request.person_id, None)
        self.acknowledged += 1


async def send(gallery: Stub, request: Any) -> Any:
    """Send a write of either kind."""
    if isinstance(request, pb.AddTemplatesRequest):
        return await gallery.AddTemplates(request)
    return await gallery.DeletePerson(request)


async def write(gallery: Stub, ledger: Ledger, chance: random.Random) -> None:
    """Add and delete until the server is gone."""
    mine: list[int] = []
    while True:
        if mine and chance.random() < 0.3:
            number = mine.pop(chance.randrange(len(mine)))
            request: Any = delete(f"p{number}")
        else:
            number = ledger.used = ledger.used + EACH
            mine.append(number)
            request = add(f"p{number}", *POOL[number : number + EACH])
        try:
            await send(gallery, request)
        except grpc.aio.AioRpcError:
            ledger.unknown.append((request, number))
            return
        ledger.take(request, number)


async def settle(gallery: Stub, ledger: Ledger) -> None:
    """Nothing is half there; then send every unanswered request again, by the same id."""
    for request, number in ledger.unknown:
        count, best = await seen(gallery, request.person_id, number)
        if (count, best) not in {(0, 0), (EACH, EACH)}:
            ledger.losses.append(f"{request.person_id} is half there: {count}, {best}")
        await send(gallery, request)
        ledger.take(request, number)
    ledger.unknown.clear()


async def seen(gallery: Stub, person_id: str, number: int) -> tuple[int, int]:
    """Templates that the store has, and templates that the index finds."""
    found = await gallery.SearchPersons(probes(number))
    wanted = pb.GetPersonRequest(collection_id=STAFF, person_id=person_id)
    stored = await unless_missing(gallery.GetPerson(wanted))
    count = len(stored.templates) if stored else 0
    return count, sum(is_found(result, person_id) for result in found.results)


def probes(*numbers: int) -> pb.SearchPersonsRequest:
    """Search for every template of some persons."""
    return search(*(POOL[n + k] for n in numbers for k in range(EACH)), limit=1)


def is_found(result: pb.SearchResult, person_id: str) -> bool:
    """Whether the best candidate is this person, by this very template."""
    [*best] = result.persons
    return bool(best) and best[0].person_id == person_id and best[0].similarity > 0.999


async def audit(gallery: Stub, ledger: Ledger) -> None:
    """Compare every answer ever given with what can be found now."""
    everyone = [(*entry, True) for entry in ledger.present.items()]
    everyone += [(*entry, False) for entry in ledger.absent.items()]
    for start in range(0, len(everyone), 64 // EACH):
        some = everyone[start : start + 64 // EACH]
        found = (await gallery.SearchPersons(probes(*(number for _, number, _ in some)))).results
        for place, (person_id, _, there) in enumerate(some):
            hits = [is_found(r, person_id) for r in found[place * EACH : (place + 1) * EACH]]
            if hits != [there] * EACH:
                ledger.losses.append(f"{person_id}: {hits}, not {there}")
    reply = await gallery.GetCollection(pb.GetCollectionRequest(collection_id=STAFF))
    persons = len(ledger.present)
    counts = (reply.collection.person_count, reply.collection.template_count)
    if counts != (persons, persons * EACH):
        ledger.losses.append(f"counts {counts}, not {persons} persons")


async def test_sigkill_loses_no_acknowledged_write(tmp_path: Path) -> None:
    """After each of many kills, what was acknowledged is there, whole, and searchable."""
    ledger, chance = Ledger(), random.Random(20)  # noqa: S311  # repeatable, not secret
    for number in range(ROUNDS + 1):
        async with (
            service("gallery", PATH=tmp_path / "gallery.db") as process,
            stub(process.port) as gallery,
        ):
            if number == 0:
                await gallery.CreateCollection(create(dimension=64))
            await settle(gallery, ledger)
            await audit(gallery, ledger)
            if number < ROUNDS:
                writers = [write(gallery, ledger, chance) for _ in range(WRITERS)]
                running = asyncio.gather(*writers)
                await asyncio.sleep(chance.uniform(0.01, 0.3))
                process.kill()
                await running

    facts = f"rounds {ROUNDS}, acknowledged {ledger.acknowledged}, losses {len(ledger.losses)}"
    print(facts)  # noqa: T201  # what an operator wants to read of this test
    assert [] == ledger.losses
    assert ledger.acknowledged > ROUNDS
