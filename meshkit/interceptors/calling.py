"""Whose call it is, for those who keep records."""

from typing import Any

from meshkit.callers import calling
from meshkit.interceptors.layers import Call
from meshkit.rpc import Context


class Calling:
    """Notes the caller of every call."""

    def wrap(self, call: Call, method: str, *, streams: bool) -> Call:  # noqa: ARG002  # no difference here
        """Implement `Layer.wrap`."""

        async def noted(request: Any, context: Context) -> Any:
            with calling(context):
                return await call(request, context)

        return noted
