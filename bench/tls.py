"""``python -m bench.tls``: what TLS costs.

Two meshes serve side by side: one in plain text, as ``sureface up`` does, and one whose services
show each other certificates and whose clients check the gateway's, as ``sureface up --tls`` does.
They identify the same photos in turns, another one first in each round; a cost is the median over
rounds.
"""

import contextlib
import statistics
import tempfile
from pathlib import Path

from bench import mesh, turns
from bench.photos import PhotoSet
from bench.results import Row
from bench.rounds import CALLERS, speed
from bench.turns import Measured
from client import AsyncSureface

COMMAND = "python -m bench.tls"

PLAIN, SAFE = "plain text", "TLS"


async def measure(photo_set: PhotoSet, *, rounds: int, calls: int) -> Measured:
    """Start the meshes, run the rounds: runs of each side, round by round."""
    async with contextlib.AsyncExitStack() as stack:
        certs = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sureface-bench-")))
        # A client with TLS cannot be answered in plain text: what is measured is what it says.
        told = {PLAIN: ((), None), SAFE: (("--tls", str(certs)), certs / "client")}
        clients = {}
        for side, (options, tls) in told.items():
            running = stack.enter_context(mesh.running(options=options))
            client = await stack.enter_async_context(AsyncSureface(running.address, tls=tls))
            clients[side] = await turns.prepared(client, photo_set)
        return await turns.in_turns(clients, photo_set, rounds=rounds, calls=calls)


def rows(measured: Measured) -> list[Row]:
    """What is recorded."""
    plain, safe = measured[PLAIN], measured[SAFE]
    pairs = zip(safe, plain, strict=True)
    longer = statistics.median(run.p95_ms / other.p95_ms for run, other in pairs)
    costs = {
        f"Throughput that TLS costs, {CALLERS} callers": 1 - speed(safe, plain),
        f"Time of a call, 95 %, that TLS adds, {CALLERS} callers": longer - 1,
    }
    return [
        Row(metric=metric, goal="≤ 10", reached=round(100 * cost, 1), unit="%", command=COMMAND)
        for metric, cost in costs.items()
    ]


def main() -> None:
    """Measure, print, keep."""
    turns.command(COMMAND, __doc__, measure, rows)


if __name__ == "__main__":
    main()
