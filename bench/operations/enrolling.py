"""Callers who enrol people, and the proof that everybody who was acknowledged is there, once."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import grpc.aio

from bench.operations.asking import counted
from bench.operations.replica import Replica
from bench.operations.tally import Tally
from bench.operations.truth import PICTURES
from client import AsyncSureface
from client.types import Photo
from faces.errors import PersonNotFound
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub
from tests.galleries import Stub, new_id

COLLECTION = "joined"
PICTURE = "obama"
"""Everybody looks like this."""

_PATIENCE_S = 60.0
"""How long replicas may take to be level after all writes have ended."""

_ITSELF = 0.99
"""Least similarity of a picture to the template that was made of it."""


@dataclass(slots=True)
class Enrolling:
    """Enrols somebody else with each call, by the SDK."""

    client: AsyncSureface
    tally: Tally
    acknowledged: dict[str, str] = field(default_factory=dict)
    """The template of each person who must be there."""

    doubts: dict[str, str] = field(default_factory=dict)
    """Request ids of people whose enrolment was not answered."""

    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def __call__(self) -> None:
        """Enrol one person."""
        person_id = f"p{next(self._numbers)}"
        await self.enroll(person_id, new_id())

    async def enroll(self, person_id: str, request_id: str) -> None:
        """Enrol somebody, perhaps for the second time."""
        self.doubts[person_id] = request_id

        async def ask() -> None:
            answer = await self.client.enroll_person(
                scene="access_control",
                collection_id=COLLECTION,
                person_id=person_id,
                photos=[Photo(PICTURES[PICTURE])],
                request_id=request_id,
            )
            del self.doubts[person_id]
            if not answer.person or answer.person.template_count != 1:
                self.tally.wrong.append(f"{person_id} was enrolled as {answer.person}")
            self.acknowledged[person_id] = answer.outcomes[0].template_id

        await counted(self.tally, "EnrollPerson", ask)


async def settle(enrolling: Enrolling) -> None:
    """Whoever was not answered is there whole or not at all; then asks again, by the same id."""
    tally = enrolling.tally
    tally.event = "nothing more: repeated"
    for person_id, request_id in list(enrolling.doubts.items()):
        with contextlib.suppress(PersonNotFound):
            there = await enrolling.client.get_person(collection_id=COLLECTION, person_id=person_id)
            if len(there.templates) != 1:
                tally.lost.append(f"{person_id} has {len(there.templates)} templates, unanswered")
        await enrolling.enroll(person_id, request_id)
    tally.lost += [f"{person_id} is refused for ever" for person_id in enrolling.doubts]


async def audit(enrolling: Enrolling, galleries: Sequence[Replica]) -> None:
    """Compare who is in each gallery with who was acknowledged."""
    seen = await enrolling.client.extract(picture=PICTURES[PICTURE])
    probe = pb.Probe(vector=seen.faces[0].vector.tolist())
    async with contextlib.AsyncExitStack() as stack:
        stubs = {each.name: await stack.enter_async_context(_stub(each)) for each in galleries}
        await _level(list(stubs.values()))
        for name, gallery in stubs.items():
            listed = await _listed(gallery)
            for person_id in listed.keys() - enrolling.acknowledged.keys():
                enrolling.tally.lost.append(f"{name}: {person_id} was never acknowledged")
            for person_id, template_id in enrolling.acknowledged.items():
                if listed.get(person_id) != 1:
                    there = listed.get(person_id, 0)
                    enrolling.tally.lost.append(f"{name}: {person_id} has {there} templates")
                elif not await _finds(gallery, probe, seen.contract_id, person_id, template_id):
                    enrolling.tally.lost.append(f"{name}: {person_id} is not found")


@contextlib.asynccontextmanager
async def _stub(gallery: Replica) -> AsyncIterator[Stub]:
    async with grpc.aio.insecure_channel(gallery.address) as channel:
        yield GalleryServiceStub(channel)


async def _level(galleries: Sequence[Stub]) -> None:
    """Wait until all count alike: what was answered by one may take a moment to reach another."""
    request = pb.GetCollectionRequest(collection_id=COLLECTION)
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            replies = [await gallery.GetCollection(request) for gallery in galleries]
            if len({reply.collection.template_count for reply in replies}) == 1:
                return
            await asyncio.sleep(0.1)


async def _listed(gallery: Stub) -> dict[str, int]:
    """Templates of everybody."""
    listed: dict[str, int] = {}
    request = pb.ListPersonsRequest(collection_id=COLLECTION, page_size=1000)
    while True:
        page = await gallery.ListPersons(request)
        listed |= {person.person_id: person.template_count for person in page.persons}
        if not page.next_page_token:
            return listed
        request.page_token = page.next_page_token


async def _finds(
    gallery: Stub, probe: pb.Probe, contract_id: str, person_id: str, template_id: str
) -> bool:
    request = pb.ScorePersonRequest(
        collection_id=COLLECTION, person_id=person_id, contract_id=contract_id, probe=probe
    )
    score = (await gallery.ScorePerson(request)).score
    return score.template_id == template_id and score.similarity > _ITSELF
