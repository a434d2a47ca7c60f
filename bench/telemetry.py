"""``python -m bench.telemetry``: what it costs to trace every call.

Two meshes serve side by side: one that sends the trace of every call to a collector on this
machine, and one that was told of none. They identify the same photos in turns, the second of a
round first in the next; the cost is the median over rounds. Both count their metrics, as every
mesh does.
"""

import argparse
import asyncio
import contextlib
import statistics
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from rich.progress import track

from bench import load, mesh, photos, sides
from bench.load import Run
from bench.photos import PhotoSet
from bench.results import Row, record, show
from bench.rounds import CALLERS, speed
from client import AsyncSureface
from client.up.plan import HOST

COMMAND = "python -m bench.telemetry"

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


@dataclass(frozen=True, slots=True)
class Rounds:
    """Runs of either side, round by round."""

    traced: list[Run] = field(default_factory=list)
    untraced: list[Run] = field(default_factory=list)


async def measure(photo_set: PhotoSet, *, rounds: int, calls: int) -> Rounds:
    """Start both meshes, run the rounds.

    Raises:
        NothingTraced: The mesh that traces did not.
    """
    measured = Rounds()
    async with contextlib.AsyncExitStack() as stack:
        collector = stack.enter_context(collecting())
        told = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.address}
        clients = []
        for settings in (told, {"OTEL_SDK_DISABLED": "true"}):
            running = stack.enter_context(mesh.running(settings))
            client = await stack.enter_async_context(AsyncSureface(running.address))
            await sides.enroll(client, photo_set.people)
            clients.append(client)
        turns = list(zip((measured.traced, measured.untraced), clients, strict=True))
        probes = load.repeated(photo_set.probes, calls)
        for client in clients:
            await _identified(client, probes[: 2 * CALLERS])  # the first calls are slow
        for _ in track(range(rounds), "rounds", disable=not sys.stderr.isatty()):
            for runs, client in turns:
                runs.append(await _identified(client, probes))
            turns.reverse()
    if not collector.taken_bytes:
        raise NothingTraced("no trace came")
    return measured


async def _identified(client: AsyncSureface, probes: Sequence[Path]) -> Run:
    return await load.awaited(lambda photo: sides.identify(client, photo), probes, callers=CALLERS)


def rows(measured: Rounds) -> list[Row]:
    """What is recorded."""
    ratio = speed(measured.traced, measured.untraced)
    spread = [t.per_s / u.per_s for t, u in zip(measured.traced, measured.untraced, strict=True)]
    print("traced, times untraced, by round: " + ", ".join(f"{each:.3f}" for each in spread))
    print(f"untraced: {statistics.median(run.per_s for run in measured.untraced):.1f} photos/s")
    return [
        Row(
            metric=f"Throughput that tracing every call costs, {CALLERS} callers",
            goal="≤ 3",
            reached=round(100 * (1 - ratio), 1),
            unit="%",
            command=COMMAND,
        )
    ]


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--calls", type=int, default=140, help="photos in a round of a side")
    parser.add_argument("--dry", action="store_true", help="keep nothing")
    arguments = parser.parse_args()
    measured = asyncio.run(measure(photos.demo(), rounds=arguments.rounds, calls=arguments.calls))
    found = rows(measured)
    show(found)
    if not arguments.dry:
        record("operations", found)


if __name__ == "__main__":
    main()
