"""Callers of a gallery, asked in `lines`: ``python -m bench.gallery.callers ADDRESS PROBES``."""

import argparse
import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import grpc.aio
import uvloop
from typing_extensions import override

from bench.gallery.lines import BEST, Client, Side, Vectors, running, serve
from bench.gallery.source import COLLECTION, CONTRACT
from meshkit.channels import options
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub


class Served(Side):
    """A gallery, through gRPC. Its templates have the key of their row, and 1."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub

    @override
    async def fill(self, templates: Vectors) -> None:
        raise AssertionError("it has a database")

    @override
    async def search(self, probe: Vectors, effort: int) -> Sequence[int]:
        answer = await self._stub.SearchPersons(searching(probe[None]))
        return [int(person.template_id) - 1 for person in answer.results[0].persons]


def searching(probes: Vectors) -> pb.SearchPersonsRequest:
    """Ask for the `BEST` persons of each probe, shape (n, d)."""
    return pb.SearchPersonsRequest(
        collection_id=COLLECTION,
        contract_id=CONTRACT,
        limit=BEST,
        probes=[pb.Probe(packed_vector=probe.astype("<f4").tobytes()) for probe in probes],
    )


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
