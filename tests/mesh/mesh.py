"""A whole mesh of real processes on free ports of this machine."""

import contextlib
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio

from meshkit import status
from sureface.access.v1.access_pb2_grpc import AccessServiceStub
from sureface.analysis.v1.analysis_pb2_grpc import AnalysisServiceStub
from sureface.enrollment.v1 import enrollment_pb2
from sureface.enrollment.v1.enrollment_pb2_grpc import EnrollmentServiceStub
from sureface.investigation.v1.investigation_pb2_grpc import InvestigationServiceStub
from sureface.policy.v1.policy_pb2_grpc import PolicyServiceStub
from sureface.type.v1 import face_pb2
from tests.photos import photo
from tests.processes import Process, service

if TYPE_CHECKING:
    from sureface.access.v1.access_pb2_grpc import AccessServiceAsyncStub
    from sureface.analysis.v1.analysis_pb2_grpc import AnalysisServiceAsyncStub
    from sureface.enrollment.v1.enrollment_pb2_grpc import EnrollmentServiceAsyncStub
    from sureface.investigation.v1.investigation_pb2_grpc import InvestigationServiceAsyncStub
    from sureface.policy.v1.policy_pb2_grpc import PolicyServiceAsyncStub

MESSAGE_BYTES = [("grpc.max_send_message_length", 2**28)]


@dataclass(frozen=True, slots=True)
class Mesh:
    """Its processes, and stubs of its public API."""

    processes: dict[str, Process]
    channel: grpc.aio.Channel
    access: "AccessServiceAsyncStub"
    analysis: "AnalysisServiceAsyncStub"
    enrollment: "EnrollmentServiceAsyncStub"
    investigation: "InvestigationServiceAsyncStub"
    policy: "PolicyServiceAsyncStub"
    folder: Path

    async def enrol(self, collection_id: str, **people: str) -> None:
        """Create a collection and enrol people by the names of their photos."""
        await self.enrollment.CreateCollection(
            enrollment_pb2.CreateCollectionRequest(
                request_id=fresh_id(), collection_id=collection_id
            )
        )
        await self.add(collection_id, **people)

    async def add(self, collection_id: str, **people: str) -> None:
        """Enrol more people."""
        for person_id, name in people.items():
            answer = await self.enrollment.EnrollPerson(
                enrollment(collection_id, person_id, photo(name))
            )
            assert [True] == [outcome.enrolled for outcome in answer.outcomes]


@contextlib.asynccontextmanager
async def mesh(folder: Path, **variables: Mapping[str, object]) -> AsyncIterator[Mesh]:
    """Run detector, embedder, gallery and gateway while the block runs.

    Args:
        folder: For the gallery's database, unless it has a Redis, and the gateway's records.
        variables: More variables by service, for example ``gateway={"GRACE_S": 1}``. With any for
            the enhancer, there is one.
    """
    async with contextlib.AsyncExitStack() as stack:

        async def run(name: str, **more: object) -> Process:
            settings = {**more, **variables.get(name, {})}
            return await stack.enter_async_context(service(name, **settings))

        in_redis = "REDIS_URL" in variables.get("gallery", {})
        store = {} if in_redis else {"PATH": folder / "gallery.sqlite"}
        processes = {
            "detector": await run("detector"),
            "embedder": await run("embedder"),
            "gallery": await run("gallery", **store),
        }
        if "enhancer" in variables:
            processes["enhancer"] = await run("enhancer")
        addresses = {name.upper(): f"{p.host}:{p.port}" for name, p in processes.items()}
        processes["gateway"] = await run("gateway", DATA=folder, **addresses)
        channel = await stack.enter_async_context(
            grpc.aio.insecure_channel(
                f"127.0.0.1:{processes['gateway'].port}", options=MESSAGE_BYTES
            )
        )
        yield Mesh(
            processes=processes,
            channel=channel,
            access=AccessServiceStub(channel),
            analysis=AnalysisServiceStub(channel),
            enrollment=EnrollmentServiceStub(channel),
            investigation=InvestigationServiceStub(channel),
            policy=PolicyServiceStub(channel),
            folder=folder,
        )


def fresh_id() -> str:
    """A new request id."""
    return str(uuid.uuid4())


def image(data: bytes) -> face_pb2.Image:
    """A picture as a message."""
    return face_pb2.Image(data=data)


def enrollment(
    collection_id: str, person_id: str, *photos: bytes, request_id: str = ""
) -> enrollment_pb2.EnrollPersonRequest:
    """A request to enrol photos under the strictest scene."""
    return enrollment_pb2.EnrollPersonRequest(
        request_id=request_id or fresh_id(),
        scene="access_control",
        collection_id=collection_id,
        person_id=person_id,
        photos=[enrollment_pb2.EnrollmentPhoto(image=image(data)) for data in photos],
    )


async def refusal(call: Any) -> tuple[str, str]:
    """Await a call that must fail: its status code and reason, by name."""
    try:
        answer = await call
    except grpc.aio.AioRpcError as error:
        info = status.info_of(error)
        return error.code().name, info.reason.removeprefix("ERROR_REASON_") if info else ""
    raise AssertionError(f"answered instead of refusing: {answer}")
