"""What surrounds every call of every server."""

from dataclasses import dataclass

import grpc.aio

from meshkit.interceptors.access_log import AccessLog
from meshkit.interceptors.admission import Admission
from meshkit.interceptors.callers import Callers
from meshkit.interceptors.calling import Calling
from meshkit.interceptors.deadline import Deadline
from meshkit.interceptors.errors import Errors
from meshkit.interceptors.layers import Layer, Layers
from meshkit.interceptors.telemetry import Telemetry

__all__ = ["Guards", "chain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """What one server puts around its calls besides what every server does."""

    outer: tuple[Layer, ...] = ()
    """Around requests as they come, before anything in them is looked at."""

    inner: tuple[Layer, ...] = ()
    """Around requests that are decoded."""


def chain(
    *,
    call_limit_s: float,
    stream_limit_s: float,
    call_slots: int,
    names: bool,
    guards: Guards,
) -> grpc.aio.ServerInterceptor:
    """All layers, outermost first.

    Errors sit inside telemetry and log so that those see the final status. With `names`, callers
    have them, in certificates, and not all may call.
    """
    limits = (Admission(call_slots), Deadline(call_limit_s, stream_limit_s=stream_limit_s))
    callers = (Callers(),) if names else ()
    own = (Telemetry(), AccessLog(), Errors(), *callers, Calling(), *limits)
    return Layers((*own, *guards.outer), guards.inner)
