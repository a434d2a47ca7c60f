"""Calls of the contract that this version does not serve, said out loud.

A call that lands here is moved to its servicer when it is built; when this file is
empty, the public API is complete.
"""

from collections.abc import AsyncIterator
from typing import Any, NoReturn

from faces.errors import NotImplementedYet
from meshkit.rpc import Context
from sureface.enrollment.v1 import enrollment_pb2_grpc


def _refuse(service: str, name: str) -> NoReturn:
    raise NotImplementedYet(method=f"/sureface.{service}/{name}")


async def _heard(request_iterator: AsyncIterator[Any]) -> None:
    """Take what comes first: grpc.aio's client calls a write that a refusal overtakes INTERNAL."""
    async for _ in request_iterator:
        return


class BulkNotYet(enrollment_pb2_grpc.EnrollmentServiceServicer):
    """Bulk enrolment."""

    async def BatchEnroll(self, request_iterator: Any, context: Context) -> AsyncIterator[Any]:
        await _heard(request_iterator)
        _refuse("enrollment.v1.EnrollmentService", "BatchEnroll")
        yield
