"""Callers of a gallery, asked in `lines`: ``python -m bench.gallery.callers ADDRESS PROBES``."""

import argparse
import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import grpc.aio
import numpy as np
import uvloop
from typing_extensions import override

from bench.gallery.lines import BEST, Client, Side, Vectors, running, serve
from bench.gallery.source import COLLECTION, CONTRACT, row_of
from bench.gallery.waits import Waits
from meshkit.channels import options
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub


class Served(Side):
    """A gallery, through gRPC."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub

    @override
    async def fill(self, templates: Vectors) -> None:
        raise AssertionError("it has a database")

    @override
    async def search(self, probe: Vectors, effort: int) -> Sequence[int]:
        answer = await self._stub.SearchPersons(searching(probe[None]))
        return [row_of(person.person_id) for person in answer.results[0].persons]


def searching(probes: Vectors) -> pb.SearchPersonsRequest:
    """Ask for the `BEST` persons of each probe, shape (n, d)."""
    return pb.SearchPersonsRequest(
        collection_id=COLLECTION,
        contract_id=CONTRACT,
        limit=BEST,
        probes=[pb.Probe(packed_vector=probe.astype("<f4").tobytes()) for probe in probes],
    )


Requests = Iterator[pb.SearchPersonsRequest]


def searches(stub: Any, requests: Requests, until: Callable[[], bool]) -> Waits:
    """Search, one call after the other, until it is time."""
    each, began = [], time.perf_counter()
    while not until():
        asked = time.perf_counter()
        stub.SearchPersons(next(requests))
        each.append(time.perf_counter() - asked)
    return Waits(np.array(each), time.perf_counter() - began)


def lasting(seconds: float) -> Callable[[], bool]:
    """Whether so many seconds have passed."""
    ends = time.perf_counter() + seconds
    return lambda: time.perf_counter() >= ends


@contextlib.contextmanager
def calling(address: str, probes: Path) -> Iterator[Client]:
    """Run callers of a gallery while the block runs."""
    module = [sys.executable, "-m", "bench.gallery.callers"]
    with running([*module, address, probes]) as client:
        client.search(callers=16, calls=64)  # opens the connection
        yield client


async def _serve(address: str, probes: Path) -> None:
    services = pb.DESCRIPTOR.services_by_name.values()
    async with grpc.aio.insecure_channel(address, options=options(services)) as channel:
        await serve(Served(GalleryServiceStub(channel)), probes)


def main() -> None:
    """Answer lines until there is none."""
    parser = argparse.ArgumentParser(prog="python -m bench.gallery.callers", description=__doc__)
    parser.add_argument("address")
    parser.add_argument("probes", type=Path)
    arguments = parser.parse_args()
    uvloop.run(_serve(arguments.address, arguments.probes))


if __name__ == "__main__":
    main()
