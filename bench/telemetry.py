"""``python -m bench.telemetry``: what traces cost.

Three meshes serve side by side: one that was told of no collector, one that sends the trace of one
call in ten to a collector on this machine, as `deploy/k8s/components/otel` has it, and one that
sends every trace. They identify the same photos in turns, another one first in each round; a cost
is the median over rounds. All of them count their metrics, as every mesh does.
"""

import contextlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import grpc

from bench import mesh, turns
from bench.photos import PhotoSet
from bench.results import Row
from bench.rounds import CALLERS, speed
from bench.turns import Measured
from client import AsyncSureface
from client.up.plan import HOST

COMMAND = "python -m bench.telemetry"

UNTRACED = "nothing"
SIDES: Mapping[str, Mapping[str, str]] = {
    UNTRACED: {"OTEL_SDK_DISABLED": "true"},
    "one call in ten": {
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": "0.1",
    },
    "every call": {"OTEL_TRACES_SAMPLER": "parentbased_always_on"},
}
"""What is traced, and the variables that say so."""

_EXPORT = "opentelemetry.proto.collector.trace.v1.TraceService"


class NothingTraced(Exception):
    """No trace came, so nothing was measured."""


@dataclass(slots=True)
class Collector:
    """Takes traces and throws them away: what becomes of them is not the mesh's cost."""

    address: str = ""
    taken_bytes: int = 0

    def take(self, request: bytes, _: object) -> bytes:
        """Answer as a collector that has kept everything."""
        self.taken_bytes += len(request)
        return b""


@contextlib.contextmanager
def collecting() -> Iterator[Collector]:
    """Collect while the block runs."""
    collector = Collector()
    server = grpc.server(ThreadPoolExecutor(2))
    export: Any = grpc.unary_unary_rpc_method_handler(collector.take)
    handler = grpc.method_handlers_generic_handler(_EXPORT, {"Export": export})
    server.add_generic_rpc_handlers((handler,))
    collector.address = f"http://{HOST}:{server.add_insecure_port(f'{HOST}:0')}"
    server.start()
    try:
        yield collector
    finally:
        server.stop(None).wait()


async def measure(photo_set: PhotoSet, *, rounds: int, calls: int) -> Measured:
    """Start the meshes, run the rounds: runs of each side, round by round.

    Raises:
        NothingTraced: No mesh traces.
    """
    async with contextlib.AsyncExitStack() as stack:
        collector = stack.enter_context(collecting())
        clients = {}
        for side, settings in SIDES.items():
            told = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.address, **settings}
            running = stack.enter_context(mesh.running(told))
            client = await stack.enter_async_context(AsyncSureface(running.address))
            clients[side] = await turns.prepared(client, photo_set)
        measured = await turns.in_turns(clients, photo_set, rounds=rounds, calls=calls)
        if not collector.taken_bytes:
            raise NothingTraced("no trace came")
    return measured


def rows(measured: Measured) -> list[Row]:
    """What is recorded."""
    untraced = measured[UNTRACED]
    return [
        Row(
            metric=f"Throughput that tracing {side} costs, {CALLERS} callers",
            goal="≤ 3",
            reached=round(100 * (1 - speed(runs, untraced)), 1),
            unit="%",
            command=COMMAND,
        )
        for side, runs in measured.items()
        if side != UNTRACED
    ]


def main() -> None:
    """Measure, print, keep."""
    turns.command(COMMAND, __doc__, measure, rows)


if __name__ == "__main__":
    main()
