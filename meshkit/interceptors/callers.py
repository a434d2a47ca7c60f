"""Calls only by those who have a business here."""

from typing import Any

from faces.errors import CallerNotAllowed
from meshkit.interceptors.layers import Call
from meshkit.rpc import Context
from meshkit.tls.callers import may_call, name_of

_FREE = "/grpc."
"""Health and reflection: whoever may connect may ask."""


class Callers:
    """Refuses calls by services and people that `meshkit.tls.callers` does not name."""

    def wrap(self, call: Call, method: str, *, streams: bool) -> Call:  # noqa: ARG002  # no difference here
        """Implement `Layer.wrap`."""
        if method.startswith(_FREE):
            return call
        service = method.split("/")[1]

        async def allowed(request: Any, context: Context) -> Any:
            caller = name_of(context)
            if not may_call(service, caller):
                raise CallerNotAllowed(caller=caller or "somebody without a name", service=service)
            return await call(request, context)

        return allowed
