"""The pace of a stream of people: it is read as they are enrolled, no faster."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, cast

import grpc.aio
from typing_extensions import override

from faces.policy import PolicyTable
from gateway.backends.ports import Detections
from gateway.enhancing import Enhancing
from gateway.enrollment import Enrollment
from gateway.erasing.erasing import Erasing
from gateway.pipeline import Pipeline
from gateway.records.log import DecisionLog
from gateway.records.recorder import Recorder
from gateway.servicers.batch import IN_FLIGHT
from gateway.servicers.enrollment import EnrollmentServicer
from meshkit.rpc import Context
from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.type.v1 import face_pb2
from tests.galleries import new_id
from tests.unit.door import POLICY
from tests.unit.gateway_fakes import FakeDetector, FakeEmbedder, FakeGallery


class Hanging(FakeDetector):
    """Sees nothing until it may; counts whom it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.busy = asyncio.Event()
        self.may = asyncio.Event()

    @override
    async def detect(self, image: bytes, *, limit: int, measures: bool = False) -> Detections:
        if self.calls == IN_FLIGHT - 1:
            self.busy.set()
        found = await super().detect(image, limit=limit, measures=measures)
        await self.may.wait()
        return found


async def test_the_stream_is_read_no_further_than_it_is_worked_on(log: DecisionLog) -> None:
    """As many people as the contract says are inside at once, and none waits in our memory."""
    detector, taken = Hanging(), []
    pipeline = Pipeline(detector, Enhancing(FakeEmbedder()))

    async def people() -> AsyncIterator[pb.BatchEnrollRequest]:
        for number in range(3 * IN_FLIGHT):
            taken.append(number)
            photo = pb.EnrollmentPhoto(image=face_pb2.Image(data=b"alice good"))
            person = pb.EnrollPersonRequest(
                request_id=new_id(),
                scene=POLICY.scene,
                collection_id="staff",
                person_id=f"p{number}",
                photos=[photo],
            )
            yield pb.BatchEnrollRequest(person=person)

    async with grpc.aio.insecure_channel("127.0.0.1:1") as nowhere:
        servicer = EnrollmentServicer(
            Enrollment(pipeline, FakeGallery()),
            embedder=FakeEmbedder(),
            gallery=nowhere,
            recorder=Recorder(PolicyTable([POLICY]), log),
            erasing=cast("Erasing", None),
            person_limit_s=60,
        )
        stream: Any = servicer.BatchEnroll(people(), cast("Context", None))
        async with contextlib.aclosing(stream) as answers:
            first = asyncio.create_task(anext(answers))
            await detector.busy.wait()
            inside = len(taken)
            detector.may.set()
            await first

    assert 8 == IN_FLIGHT == inside
