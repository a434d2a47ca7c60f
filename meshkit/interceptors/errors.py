"""Exceptions to statuses, so that servicers just raise."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator

import grpc.aio
from typing_extensions import override

from faces.errors import FaceError, Internal
from meshkit import status
from meshkit.interceptors.base import Around
from meshkit.rpc import Context

log = logging.getLogger(__name__)


class Errors(Around):
    """Ends every failed call with a rich status.

    An expected failure travels with its reason. A bug travels as INTERNAL and an
    incident number: its text may hold paths, vectors or names, and stays in our log.
    """

    @override
    @contextlib.asynccontextmanager
    async def around(self, context: Context, method: str) -> AsyncIterator[None]:
        try:
            yield
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


def _ended() -> bool:
    """Whether this call was cancelled, rather than something that it waited for.

    gRPC answers neither; in the second case the caller is still there, and would wait.
    """
    call = asyncio.current_task()
    return call is not None and call.cancelling() > 0
