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
    incident number: its text may hold paths, vectors or names, and stays in our log.
    """

    def wrap(self, call: Call, method: str, *, streams: bool) -> Call:  # noqa: ARG002  # no difference here
        """Implement `Layer.wrap`."""

        async def answered(request: Any, context: Context) -> Any:
            try:
                return await call(request, context)
            except grpc.aio.AbortError:
                raise
            except FaceError as error:
                await context.abort_with_status(status.of_error(error))
            except (Exception, asyncio.CancelledError) as error:
                if isinstance(error, asyncio.CancelledError) and _ended():
                    raise
                incident = secrets.token_hex(4)
                log.exception("incident", extra={"incident": incident, "method": method})
                await context.abort_with_status(status.of_error(Internal(incident=incident)))

        return answered


def _ended() -> bool:
    """Whether this call was cancelled, rather than something that it waited for.

    gRPC answers neither; in the second case the caller is still there, and would wait.
    """
    call = asyncio.current_task()
    return call is not None and call.cancelling() > 0
