"""Exceptions to statuses, so that servicers just raise."""

import asyncio
import logging
import secrets
from typing import Any

import grpc.aio

from faces.errors import FaceError, Internal
from meshkit import status
from meshkit.interceptors.layers import Call
from meshkit.rpc import Context

log = logging.getLogger(__name__)


class Errors:
    """Ends every failed call with a rich status.

    An expected failure travels with its reason. A bug travels as INTERNAL and an
    incident number: its text may hold paths, vectors or names, and goes nowhere; our log
    says where it was.
    """

    def wrap(self, call: Call, method: str, *, streams: bool) -> Call:  # noqa: ARG002  # no difference here
        """Implement `Layer.wrap`."""

        async def answered(request: Any, context: Context) -> Any:
            try:
                return await call(request, context)
            except grpc.aio.AbortError:
                raise
            except (Exception, asyncio.CancelledError) as failure:  # noqa: BLE001  # logged by `refusal`
                await context.abort_with_status(status.of_error(refusal(failure, method)))

        return answered


def refusal(failure: Exception | asyncio.CancelledError, method: str) -> FaceError:
    """What a caller hears of a failure; of a bug, an incident number that our log has, too.

    Raises:
        asyncio.CancelledError: The current task itself was cancelled: nobody hears anything.
    """
    if isinstance(failure, FaceError):
        return failure
    if isinstance(failure, asyncio.CancelledError) and _ended():
        raise failure
    incident = secrets.token_hex(4)
    log.error("incident", extra={"incident": incident, "method": method}, exc_info=failure)
    return Internal(incident=incident)


def _ended() -> bool:
    """Whether this call was cancelled, rather than something that it waited for.

    gRPC answers neither; in the second case the caller is still there, and would wait.
    """
    call = asyncio.current_task()
    return call is not None and call.cancelling() > 0
